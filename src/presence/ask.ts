import { connect } from 'node:net';
import { z } from 'zod';
import { MAX_ANSWER_BYTES, PROTOCOL, type ProxyReport, type Question } from './protocol.js';

/** Longer than a busy proxy needs; one that was stopped never answers. */
const ANSWER_MS = 2_000;

/** Why a proxy gave no answer. */
export class NoAnswer extends Error {
  /** `nobody`: nothing listens there any more. */
  constructor(
    readonly kind: 'nobody' | 'silent' | 'unreadable',
    message: string,
  ) {
    super(message);
  }
}

const count = z.int().min(0);
const usd = z.number();

const reportSchema: z.ZodType<ProxyReport> = z.object({
  shadow: z.boolean(),
  sessions: count,
  maxCostPerRun: usd,
  openRuns: count,
  runs: z.array(
    z.object({
      runId: z.string(),
      idle: z.number(),
      admitted: count,
      succeeded: count,
      failed: count,
      unknown: count,
      inFlight: count,
      refused: count,
      replayed: count,
      wouldStop: count,
      stops: z.record(z.string(), count),
      spent: usd,
      reserved: usd,
      trip: z
        .object({ tripId: z.string(), check: z.string(), tool: z.string(), reason: z.string() })
        .nullable(),
    }),
  ),
});

const statusAnswer = z.object({ fuze: z.literal(PROTOCOL), status: reportSchema });
const resetAnswer = z.object({ fuze: z.literal(PROTOCOL), lifted: z.string().nullable() });

function isNobody(error: Error): boolean {
  return 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
}

/** One question, and the line that comes back. */
function exchange(socket: string, question: Question): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket);
    let text = '';
    const fail = (kind: NoAnswer['kind'], message: string): void => {
      connection.destroy();
      reject(new NoAnswer(kind, message));
    };
    connection.setEncoding('utf8');
    connection.setTimeout(ANSWER_MS, () => fail('silent', 'it does not answer'));
    connection.on('error', (error) => fail(isNobody(error) ? 'nobody' : 'silent', error.message));
    connection.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > MAX_ANSWER_BYTES) fail('unreadable', 'its answer is too long');
    });
    connection.on('end', () => {
      connection.destroy();
      resolve(text);
    });
    connection.write(`${JSON.stringify({ fuze: PROTOCOL, ...question })}\n`);
  });
}

async function ask<T>(socket: string, question: Question, answer: z.ZodType<T>): Promise<T> {
  const text = await exchange(socket, question);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new NoAnswer('unreadable', 'its answer is not JSON');
  }
  const read = answer.safeParse(value);
  if (read.success) return read.data;
  throw new NoAnswer('unreadable', 'its answer cannot be read; is it another version of fuze?');
}

/** Asks the proxy at a socket how it is. Rejects with NoAnswer. */
export async function askStatus(socket: string): Promise<ProxyReport> {
  return (await ask(socket, { ask: 'status' }, statusAnswer)).status;
}

/** Lets a run go on; the trip that had ended it, or undefined where there was none. Rejects with NoAnswer. */
export async function askReset(socket: string, run: string): Promise<string | undefined> {
  return (await ask(socket, { ask: 'reset', run }, resetAnswer)).lifted ?? undefined;
}

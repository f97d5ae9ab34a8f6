import { createHash, randomUUID } from 'node:crypto';
import { expect, vi } from 'vitest';
import { MODERN, type SdkClient } from './sdk-client.js';

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

/** All that a client sees of a server, in an order that is always the same. */
export interface Transcript {
  readonly revision: string | undefined;
  readonly tools: readonly string[];
  readonly progress: readonly number[];
  readonly results: Readonly<Record<string, unknown>>;
  /** A digest of the large result. */
  readonly large: string;
  readonly cancelled: string;
  readonly heard: readonly unknown[];
}

const fingerprint = (value: object): string => {
  const text = JSON.stringify(value);
  return `${text.length} ${createHash('sha256').update(text).digest('hex')}`;
};

/** A call that reports its progress. Clients drop what comes together with the answer, so the server waits. */
async function takeSteps(client: SdkClient): Promise<{ progress: number[]; result: object }> {
  const mark = randomUUID();
  const progress: number[] = [];
  let seen: Promise<object> | undefined;
  const onProgress = (step: number): void => {
    progress.push(step);
    if (step === 3) seen = client.call('seen', { mark });
  };
  const result = await client.call('steps', { mark }, { onProgress });
  await seen;
  return { progress, result };
}

/** A call that the client takes back once it has begun. Resolves with what the server knows of that. */
async function cancelOne(client: SdkClient): Promise<string> {
  const mark = randomUUID();
  const leaving = new AbortController();
  const onProgress = (): void => leaving.abort(new Error('taken back'));
  const call = client.call('wait', { mark }, { onProgress, signal: leaving.signal });
  await expect(call).rejects.toThrow('taken back');
  return JSON.stringify(await client.call('cancelled', { mark }));
}

/** Speaks with a server of fixtures/pairs about everything that a transport must carry. */
export async function converse(client: SdkClient): Promise<Transcript> {
  const isModern = client.revision === MODERN;
  const tools = await client.toolNames();
  const { progress, result: steps } = await takeSteps(client);
  const results = {
    steps,
    fail: await client.call('fail'),
    unknown: await client.call('no such tool').catch(String),
    elicit: await client.call('elicit'),
    sample: await client.call('sample'),
    log: await client.call('log', {}, isModern ? { meta: { [LOG_LEVEL]: 'info' } } : {}),
  };
  const large = fingerprint(await client.call('big'));
  const cancelled = await cancelOne(client);
  await client.listen();
  await client.call('change');
  await vi.waitFor(() => expect(client.heard).toHaveLength(2), { timeout: 10_000 });
  const { revision, heard } = client;
  return { revision, tools, progress, results, large, cancelled, heard };
}

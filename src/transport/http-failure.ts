import type { Frame } from '../jsonrpc/framing.js';
import { answersIn, type FoundAnswer } from './answers-in.js';
import { frameOf } from './data-frame.js';
import { readAnswer } from './read-answer.js';
import type { UpstreamAnswer } from './upstream-answer.js';

/** An answer with a status that is no success. */
export interface HttpFailure {
  readonly status: number;
  /** What the server wrote, shortened. */
  readonly said: string | undefined;
  /** The body where it is JSON, and the JSON-RPC responses in it. */
  readonly frame: Frame | undefined;
  readonly answers: readonly FoundAnswer[];
}

const SHOWN_BYTES = 300;
/** The status says enough: nobody waits longer for words. */
const READ_MS = 5_000;

/** The beginning of a message, for people. */
export function beginningOf(frame: Frame): string {
  const bytes = frame.kind === 'line' ? frame.body : frame.head;
  return bytes.toString('utf8', 0, SHOWN_BYTES);
}

/** Reads the whole of it; one that breaks off counts as far as it came. */
export function readFailure(answer: UpstreamAnswer, maxMessageBytes: number): Promise<HttpFailure> {
  return new Promise((resolve) => {
    const { status } = answer;
    let failure: HttpFailure = { status, said: undefined, frame: undefined, answers: [] };
    const late = setTimeout(() => answer.abort(), READ_MS);
    const end = (): void => {
      clearTimeout(late);
      resolve(failure);
    };
    readAnswer(answer, maxMessageBytes, {
      message: (body) => {
        const frame = frameOf(body);
        const answers = answersIn(frame);
        const said = answers[0]?.error()?.message ?? beginningOf(frame);
        failure = { status, said, frame, answers };
      },
      events: () => {},
      other: (said) => {
        failure = { ...failure, said };
      },
      ended: end,
      broken: end,
    });
  });
}

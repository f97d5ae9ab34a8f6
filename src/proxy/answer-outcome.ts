import type { Micros, Settings } from '../config/settings.js';
import { classOfFailedResult, classOfRpcError } from '../guard/answer-error.js';
import { resultText } from '../guard/result-text.js';
import { keepBeginning } from '../guard/text-beginning.js';
import type { Outcome } from '../guard/tool-call.js';
import { type Member, valueText } from '../jsonrpc/scan.js';
import type { AnswerMessage } from '../jsonrpc/server-message.js';
import { answerCost } from './answer-cost.js';
import { type AnswerDigest, isOwnText } from './answer-digest.js';
import { hashAnswer } from './answer-hash.js';

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function classOf({ bytes, result, error }: AnswerMessage): string {
  if (error !== undefined) return classOfRpcError(parse(valueText(bytes, error)));
  return result === undefined ? 'no result' : classOfFailedResult(parse(valueText(bytes, result)));
}

/** True for an answer that asks the client for input first (2026-07-28): the call has not ended with it. */
export function asksForInput({ bytes, resultMembers }: AnswerMessage): boolean {
  const type = resultMembers.get('resultType');
  return type !== undefined && valueText(bytes, type) === '"input_required"';
}

type Settled = Exclude<Outcome, { kind: 'unknown' }>;

/**
 * A result that says that it succeeded. An object of a class, for one is made of every answer: functions of its own would
 * be more of it than all the rest. Its hash is made when somebody asks, in the turn of the answer: then its bytes are there.
 */
class Success implements Extract<Settled, { kind: 'success' }> {
  readonly kind = 'success';
  readonly size: number;
  /** Absent where it is not known. */
  declare readonly cost?: Micros;
  private made: string | undefined;

  constructor(
    private readonly answer: AnswerMessage,
    private readonly place: Member,
    private readonly digest: AnswerDigest,
    cost: Micros | undefined,
  ) {
    this.size = place.valueEnd - place.valueStart;
    if (cost !== undefined) this.cost = cost;
  }

  get resultHash(): string {
    this.made ??= hashAnswer(this.answer, this.digest);
    return this.made;
  }

  text(): string {
    return resultText(this.result());
  }

  result(): string {
    const { bytes, resultMembers } = this.answer;
    const isWhole = isOwnText(this.resultHash) && !resultMembers.has('_meta');
    return isWhole ? this.resultHash : valueText(bytes, this.place);
  }

  keep(bytes: number): (() => string) | undefined {
    const { valueStart, valueEnd } = this.place;
    if (this.size > bytes) {
      return keepBeginning(this.answer.bytes.subarray(valueStart, valueEnd), bytes);
    }
    const json = this.result();
    return () => resultText(json);
  }
}

/** What an answer means for the account: both `result` and `error`, or neither, count as an error. */
export function outcomeOf(
  answer: AnswerMessage,
  providers: Settings['providers'],
  digest: AnswerDigest,
): Settled {
  const { bytes, result, error, resultMembers } = answer;
  const isError = resultMembers.get('isError');
  const failed = isError !== undefined && valueText(bytes, isError) === 'true';
  if (result !== undefined && error === undefined && !failed) {
    return new Success(answer, result, digest, answerCost(answer, providers));
  }
  const said = result ?? error;
  return {
    kind: 'failure',
    resultHash: hashAnswer(answer, digest),
    size: said === undefined ? 0 : said.valueEnd - said.valueStart,
    text: () => (said === undefined ? '' : resultText(valueText(bytes, said))),
    errorClass: classOf(answer),
  };
}

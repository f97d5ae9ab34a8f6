import type { ToolSettings } from '../config/settings.js';
import type { CallKey } from './call-key.js';
import type { CallNotes, JudgedCall, ToolCall } from './tool-call.js';

const NO_ARGS = {};

/** The call that a run makes of a request. A class and no copy: to copy a request is to read all of its arguments. */
export class JudgedRequest implements JudgedCall {
  readonly tool: string;
  readonly argsBytes: number | undefined;
  readonly readOnly: boolean | undefined;
  readonly retryOf: JudgedCall | undefined;
  readonly notes: CallNotes = { open: false, entry: undefined, question: undefined };
  private request: Pick<ToolCall, 'args' | 'canonicalArgs'>;

  constructor(
    request: ToolCall,
    readonly runId: string,
    readonly key: CallKey,
    readonly settings: ToolSettings,
    readonly at: number,
  ) {
    this.tool = request.tool;
    this.argsBytes = request.argsBytes;
    this.readOnly = request.readOnly;
    this.retryOf = request.retryOf;
    this.request = request;
  }

  get args(): ToolCall['args'] {
    return this.request.args;
  }

  get argsHash(): string {
    return this.key.hash;
  }

  get canonicalArgs(): string | undefined {
    return this.request.canonicalArgs;
  }

  /** What looks at the arguments from here on does without. */
  letGoOfArgs(): void {
    this.request = { args: NO_ARGS };
  }
}

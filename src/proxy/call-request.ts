import type { ToolCall } from '../guard/tool-call.js';
import type { CallMessage } from '../jsonrpc/client-message.js';

/** A call as the guard is asked about it. Its arguments are read when a check looks at them. */
export class CallRequest implements ToolCall {
  readonly tool: string;
  readonly argsBytes: number;
  readonly canonicalArgs: string | undefined;

  constructor(
    private readonly message: CallMessage,
    readonly readOnly: boolean,
  ) {
    this.tool = message.tool;
    this.argsBytes = message.argsBytes;
    this.canonicalArgs = message.canonicalArgs;
  }

  get args(): ToolCall['args'] {
    return this.message.args;
  }
}

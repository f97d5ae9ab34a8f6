import { isObject } from '../jsonrpc/is-object.js';
import { type ParamHeader, readParamHeaders } from './param-headers.js';

const MAX_TOOLS = 10_000;

/** Which arguments of which tool go into headers (MCP 2026-07-28, `x-mcp-header`), as listed so far. */
export class ToolHeaders {
  private readonly tools = new Map<string, ReturnType<typeof readParamHeaders>>();

  /** False while nothing has been listed: then a tool may have headers that nobody knows of. */
  hasList = false;

  /** Takes the result of `tools/list`. */
  note(result: unknown): void {
    if (!isObject(result) || !Array.isArray(result.tools)) return;
    this.hasList = true;
    for (const tool of result.tools) {
      if (!isObject(tool) || typeof tool.name !== 'string') continue;
      const read = readParamHeaders(tool);
      // Tools without annotations, which most are, need no place.
      if ('fault' in read || read.length > 0) {
        if (this.tools.size < MAX_TOOLS || this.tools.has(tool.name)) {
          this.tools.set(tool.name, read);
        }
      } else this.tools.delete(tool.name);
    }
  }

  of(tool: string | undefined): readonly ParamHeader[] {
    const read = this.tools.get(tool ?? '');
    return read === undefined || 'fault' in read ? [] : read;
  }

  /** What is wrong with the annotations of a tool: clients must not call such a one over HTTP. */
  faultOf(tool: string | undefined): string | undefined {
    const read = this.tools.get(tool ?? '');
    return read !== undefined && 'fault' in read ? read.fault : undefined;
  }
}

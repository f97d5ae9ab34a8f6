import { isObject } from '../jsonrpc/is-object.js';
import { type ParamHeader, paramHeadersOf } from '../transport/mcp-headers.js';

/** What fuze needs to know of a tool. Hints of the server, and no more than hints. */
export interface ToolHints {
  readonly readOnly: boolean;
  readonly destructive: boolean;
}

const MAX_TOOLS = 10_000;
const NO_HINTS: ToolHints = { readOnly: false, destructive: false };

/** A tool without annotations has said nothing; destructive is then not assumed, or every wording would be careful. */
function hintsOf(annotations: unknown): ToolHints {
  if (!isObject(annotations)) return NO_HINTS;
  const readOnly = annotations.readOnlyHint === true;
  return { readOnly, destructive: !readOnly && annotations.destructiveHint === true };
}

/** The tools that the server has listed. Lists are kept as text until a call needs them: most sessions never do. */
export class ToolCatalog {
  private readonly tools = new Map<string, ToolHints>();
  /** Only of tools that have some. */
  private readonly params = new Map<string, readonly ParamHeader[]>();
  private unread: string[] = [];

  /** Takes the JSON text of a `tools/list` result. */
  note(result: string): void {
    this.unread.push(result);
    // Pages and refreshed lists, nobody calling in between: read the older ones, so that they do not pile up.
    if (this.unread.length > 16) this.read();
  }

  hints(tool: string): ToolHints {
    if (this.unread.length > 0) this.read();
    return this.tools.get(tool) ?? NO_HINTS;
  }

  /** The arguments that calls of this tool repeat in headers, over HTTP (MCP 2026-07-28). */
  paramHeaders(tool: string): readonly ParamHeader[] {
    if (this.unread.length > 0) this.read();
    return this.params.get(tool) ?? [];
  }

  private read(): void {
    const lists = this.unread;
    this.unread = [];
    for (const list of lists) {
      let value: unknown;
      try {
        value = JSON.parse(list);
      } catch {
        continue;
      }
      if (!isObject(value) || !Array.isArray(value.tools)) continue;
      for (const tool of value.tools) {
        if (!isObject(tool) || typeof tool.name !== 'string') continue;
        if (this.tools.size >= MAX_TOOLS && !this.tools.has(tool.name)) continue;
        this.tools.set(tool.name, hintsOf(tool.annotations));
        const params = paramHeadersOf(tool) ?? [];
        if (params.length > 0) this.params.set(tool.name, params);
        else this.params.delete(tool.name);
      }
    }
  }
}

/** What a request is about. */
export interface RequestTarget {
  readonly path: string;
  /** Shared by all requests with this target. */
  readonly query: URLSearchParams;
}

/** Reads the targets of requests. The last one is kept: most clients use one and the same. */
export class RequestTargets {
  private last: { readonly text: string; readonly target: RequestTarget } | undefined;

  /** Undefined where the text is no path. */
  read(text: string): RequestTarget | undefined {
    if (this.last?.text === text) return this.last.target;
    if (!text.startsWith('/') || !URL.canParse(`http://localhost${text}`)) return undefined;
    const { pathname: path, searchParams: query } = new URL(`http://localhost${text}`);
    const target = { path, query };
    this.last = { text, target };
    return target;
  }
}

type Members = Readonly<Record<string, unknown>>;

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One line that a process wrote, as its bytes and, looked at, as JSON-RPC. */
export class Message {
  #parsed: { readonly value: unknown } | undefined;

  /** `raw` is the line without its line feed. */
  constructor(readonly raw: Buffer) {}

  get text(): string {
    return this.raw.toString('utf8');
  }

  /** The parsed line; undefined when it is not JSON. */
  get json(): unknown {
    if (this.#parsed === undefined) {
      try {
        this.#parsed = { value: JSON.parse(this.text) };
      } catch {
        this.#parsed = { value: undefined };
      }
    }
    return this.#parsed.value;
  }

  get id(): unknown {
    return this.#member('id');
  }

  get method(): unknown {
    return this.#member('method');
  }

  get params(): Members | undefined {
    return this.#object('params');
  }

  get result(): Members | undefined {
    return this.#object('result');
  }

  get error(): Members | undefined {
    return this.#object('error');
  }

  get isResponse(): boolean {
    return this.method === undefined && isMembers(this.json);
  }

  /** The text of the tool result's content, all of it. */
  get toolText(): string {
    const content = this.result?.content;
    if (!Array.isArray(content)) return '';
    return content.map((part) => (isMembers(part) ? String(part.text ?? '') : '')).join('');
  }

  get isToolError(): boolean {
    return this.result?.isError === true;
  }

  /** What fuze says of its decision, in a refusal's or a replay's `_meta` or an error's `data`. */
  get decision(): Members | undefined {
    const meta = this.result?._meta;
    const decision = isMembers(meta) ? meta['fuze/decision'] : this.error?.data;
    return isMembers(decision) ? decision : undefined;
  }

  #member(name: string): unknown {
    return isMembers(this.json) ? this.json[name] : undefined;
  }

  #object(name: string): Members | undefined {
    const value = this.#member(name);
    return isMembers(value) ? value : undefined;
  }
}

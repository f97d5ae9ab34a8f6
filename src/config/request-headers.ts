/** What `--header` adds to every request to the server, and what is wrong with it. */
export interface RequestHeaders {
  readonly headers: [name: string, value: string][];
  /** For people; never with a value, which may be a secret. */
  readonly problems: string[];
}

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VISIBLE = /^[\t\x20-\x7e]*$/;
const VARIABLE = /\$\{([^}]*)\}/g;
const VARIABLE_NAME = /^[A-Za-z_]\w*$/;
/** Of the connection and its framing: HTTP itself sets them (RFC 9110, section 7.6.1; RFC 9112, section 6). */
const OF_THE_CONNECTION =
  /^(?:connection|content-length|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/i;
/** What fuze itself must set right for each message. */
const OF_THE_MESSAGE =
  /^(?:accept|accept-encoding|content-encoding|content-type|last-event-id|mcp-method|mcp-name|mcp-param-.*|mcp-protocol-version|mcp-session-id)$/i;

/** Whether fuze itself sets this header of every request, so that nobody else can. */
export function isSetByFuze(name: string): boolean {
  return OF_THE_CONNECTION.test(name) || OF_THE_MESSAGE.test(name);
}

/** Either the text with its variables filled in, or what is wrong with them. */
function fillIn(text: string, env: NodeJS.ProcessEnv): { filled: string } | { wrong: string } {
  const wrong: string[] = [];
  const filled = text.replace(VARIABLE, (_, name: string) => {
    if (!VARIABLE_NAME.test(name))
      wrong.push('between the braces of a variable only its name may stand');
    else if (!env[name]) wrong.push(`the variable ${name} is not set, or empty`);
    return env[name] ?? '';
  });
  if (wrong.length === 0 && /\$\{/.test(text.replace(VARIABLE, ''))) {
    wrong.push('a variable lacks its closing brace');
  }
  return wrong.length === 0 ? { filled } : { wrong: wrong.join(', and ') };
}

/** Why a header of this name cannot be given, or undefined. */
function nameProblem(name: string): string | undefined {
  if (!TOKEN.test(name)) return 'what stands before the colon is not the name of a header';
  if (OF_THE_CONNECTION.test(name)) return `${name} belongs to the connection, which fuze keeps`;
  if (OF_THE_MESSAGE.test(name)) return `${name} is set by fuze, for each message anew`;
  return undefined;
}

/**
 * Reads the values of `--header`, each `Name: value`, in which `${NAME}` stands for a variable of the
 * environment, so that no secret need stand on a command line, where every user of the machine can read it.
 */
export function parseHeaderFlags(
  values: readonly string[],
  env: NodeJS.ProcessEnv,
): RequestHeaders {
  const headers: [string, string][] = [];
  const problems: string[] = [];
  for (const [index, text] of values.entries()) {
    const colon = text.indexOf(':');
    // Told by its number: without a name to it, all of the text may be the secret.
    const refuse = (reason: string): number =>
      problems.push(`--header (number ${index + 1}): ${reason}`);
    if (colon === -1) {
      refuse("it has no colon; write it as 'Name: value'");
      continue;
    }
    const name = text.slice(0, colon);
    const badName = nameProblem(name);
    const read = fillIn(text.slice(colon + 1), env);
    if (badName !== undefined) {
      refuse(badName);
      continue;
    }
    if ('wrong' in read) {
      refuse(`${name}: ${read.wrong}`);
      continue;
    }
    const value = read.filled.trim();
    if (value === '') refuse(`${name}: its value is empty`);
    else if (VISIBLE.test(value)) headers.push([name, value]);
    else refuse(`${name}: its value has a line end, another control character or one beyond ASCII`);
  }
  return { headers, problems };
}

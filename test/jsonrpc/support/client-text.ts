import fc from 'fast-check';
import * as json from './json-text.js';

/** A carriage return in a message is an error of its own. */
const withoutReturns = (text: fc.Arbitrary<string>) => text.map((t) => t.replaceAll('\r', ''));
const jsonText = withoutReturns(json.jsonText);
const objectText = withoutReturns(json.objectText);

/** One member of a message as it is written, and the name and value that parsers make of it. */
export interface WrittenMember {
  readonly key: string;
  readonly text: string;
}

export interface WrittenMessage {
  readonly members: readonly WrittenMember[];
  readonly text: string;
}

/** `method` and the like, in every spelling that some parser takes for it. */
const keyLike = (name: string) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(name) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        name.toUpperCase(),
        `${name[0]?.toUpperCase()}${name.slice(1)}`,
        // Go folds the long s and the Kelvin sign too.
        name.replace('s', 'ſ'),
        name.replace('k', '\u212a'),
        `${name} `,
        'other',
        '__proto__',
      ),
    },
  );

/** The name between quotes, with some of its letters as escapes. */
function spelt(key: string, escaped: boolean): string {
  const quoted = JSON.stringify(key);
  return escaped ? quoted.replace(/[a-z]/, (c) => `\\u00${c.charCodeAt(0).toString(16)}`) : quoted;
}

const member = (name: string, value: fc.Arbitrary<string>) =>
  fc
    .tuple(keyLike(name), fc.boolean(), value)
    .map(([key, escaped, text]) => ({ key, text, spelt: spelt(key, escaped) }));

const toolsCall = fc.constantFrom(
  '"tools/call"',
  '"tools/call"',
  '"tools\\/call"',
  '"tools\\u002fcall"',
  '"\\u0074ools/call"',
);
const method = fc.oneof(
  { weight: 4, arbitrary: toolsCall },
  { weight: 1, arbitrary: fc.constantFrom('"ping"', '"tools/list"', 'null', '[]') },
);

function objectOf(members: fc.Arbitrary<ReturnType<typeof toMember>[]>) {
  return members.map(
    (list): WrittenMessage => ({
      members: list,
      text: `{${list.map(({ spelt: name, text }) => `${name}:${text}`).join(',')}}`,
    }),
  );
}
const toMember = (value: { key: string; text: string; spelt: string }) => value;

const params = objectOf(
  fc.array(
    fc.oneof(
      member('name', fc.oneof(fc.constantFrom('"pay"', '"read"', '1'), jsonText)),
      member('arguments', fc.oneof(objectText, jsonText)),
      member('_meta', jsonText),
    ),
    { maxLength: 4 },
  ),
);

/** A message of the client that is, or nearly is, a `tools/call`. */
export const clientMessage = objectOf(
  fc.array(
    fc.oneof(
      member('jsonrpc', fc.constant('"2.0"')),
      member('id', fc.oneof(fc.constantFrom('1', '"a"', 'null', '9007199254740993'), jsonText)),
      member('method', method),
      member('method', method),
      member(
        'params',
        fc.oneof(
          params.map(({ text }) => text),
          jsonText,
        ),
      ),
      member('result', jsonText),
    ),
    { maxLength: 6 },
  ),
);

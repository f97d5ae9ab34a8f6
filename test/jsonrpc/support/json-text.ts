import fc from 'fast-check';

/** White space as JSON knows it, mostly none. */
const space = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 1, arbitrary: fc.constantFrom(' ', '\t', '\n', '\r\n', '  ') },
);

export const numberText = fc.oneof(
  fc.constantFrom('0', '-0', '1', '1.0', '1e2', '1E+2', '-1.5e-3', '1e400', '9007199254740993'),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
);

/** Characters, escapes that mean a character, and half a surrogate pair. */
const stringPiece = fc.oneof(
  fc.constantFrom('a', 'id', 'é', '日本', '🧨', ' ', ':', ',', '{', ']', '/', '\u2028', '\u007f'),
  fc.constantFrom('\\"', '\\\\', '\\/', '\\n', '\\u0041', '\\u002f', '\\ud83e\\udde8', '\\ud800'),
  fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify(text).slice(1, -1)),
  // Longer than the stretch that is searched byte by byte.
  fc.integer({ min: 25, max: 60 }).map((length) => 'x'.repeat(length)),
);

export const stringText = fc
  .array(stringPiece, { maxLength: 5 })
  .map((pieces) => `"${pieces.join('')}"`);

const listOf = (element: fc.Arbitrary<string>, open: string, close: string) =>
  fc
    .tuple(fc.array(fc.tuple(space, element, space), { maxLength: 5 }), space)
    .map(([elements, inside]) =>
      elements.length === 0
        ? `${open}${inside}${close}`
        : `${open}${elements.map((parts) => parts.join('')).join(',')}${close}`,
    );

const { value, object, array } = fc.letrec<{ value: string; object: string; array: string }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom('true', 'false', 'null'),
      numberText,
      stringText,
      tie('object'),
      tie('array'),
    ),
    object: listOf(
      fc.tuple(stringText, space, space, tie('value')).map(([k, a, b, v]) => `${k}${a}:${b}${v}`),
      '{',
      '}',
    ),
    array: listOf(tie('value'), '[', ']'),
  }),
);

/** JSON text of every shape: odd spellings, white space, names that occur twice. */
export const jsonText = value;
export const objectText = object;
export const arrayText = array;

/** The same bytes with one of them replaced, put in, or taken out. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  const byte = fc.oneof(
    fc.constantFrom(...Buffer.from('{}[]",:\\ \n\t0e-.+tfn/u\0\x80')),
    fc.nat(255),
  );
  return fc
    .tuple(text, fc.nat(), byte, fc.constantFrom('replace', 'insert', 'remove'))
    .map(([before, place, other, how]) => {
      const bytes = [...Buffer.from(before)];
      const at = place % bytes.length;
      if (how === 'remove') bytes.splice(at, 1);
      else bytes.splice(at, how === 'replace' ? 1 : 0, other);
      return Buffer.from(bytes);
    });
}

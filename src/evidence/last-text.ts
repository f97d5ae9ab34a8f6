/**
 * A text made of two values, kept until one of them is another: of one record after the other most are the same, and
 * each piece of a text costs more than to see that.
 */
export function lastText<One, Other>(
  make: (one: One, other: Other) => string,
): (one: One, other: Other) => string {
  let last: { readonly one: One; readonly other: Other; readonly text: string } | undefined;
  return (one, other) => {
    if (last === undefined || last.one !== one || last.other !== other) {
      last = { one, other, text: make(one, other) };
    }
    return last.text;
  };
}

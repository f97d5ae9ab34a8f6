/** Colour is for people: on a terminal, and only if they did not ask for none (no-color.org). */
export function isColourful(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && (process.env.NO_COLOR ?? '') === '';
}

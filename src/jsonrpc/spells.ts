/** Whether the bytes from `start` to `end`, inside the quotes, are this ASCII name, letter for letter. */
export function spells(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let index = 0; index < name.length; index += 1) {
    if (bytes[start + index] !== name.charCodeAt(index)) return false;
  }
  return true;
}

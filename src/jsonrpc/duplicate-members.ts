/** Members in JSON text: outside strings, each has exactly one colon. */
function countColons(text: string): number {
  let count = 0;
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position];
    if (character === ':') count += 1;
    if (character !== '"') continue;
    position += 1;
    while (position < text.length && text[position] !== '"') {
      position += text[position] === '\\' ? 2 : 1;
    }
  }
  return count;
}

function countMembers(value: unknown): number {
  let count = 0;
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    const inner = Object.values(next);
    if (!Array.isArray(next)) count += inner.length;
    for (const element of inner) open.push(element);
  }
  return count;
}

/** Whether an object anywhere in valid JSON `text` has two members of one name; `value` is what it parses to. */
export function hasDuplicateMembers(text: string, value: unknown): boolean {
  return countColons(text) !== countMembers(value);
}

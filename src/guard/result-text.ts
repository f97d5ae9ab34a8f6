function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What a tool result says to a reader: its text blocks, else its structured content, else its JSON.
 * Takes the JSON text of an MCP `result`; of an error, or of any other value, the JSON text itself is what it says.
 */
export function resultText(json: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return json;
  }
  if (typeof value === 'string') return value;
  if (!isObject(value) || !Array.isArray(value.content)) return json;
  const texts = value.content.map((block: unknown) =>
    isObject(block) && typeof block.text === 'string' ? block.text : '',
  );
  const text = texts.filter((part) => part !== '').join('\n');
  if (text !== '' || value.structuredContent === undefined) return text;
  return JSON.stringify(value.structuredContent);
}

const NOTHING_WORDS =
  /\b(?:no|0|zero|without)\s+(?:\w+\s+){0,2}(?:results?|matches|match|items?|rows?|records?|entries|files?|documents?|hits?)\b|\b(?:nothing|none|not)\s+found\b|\bempty\b/i;

/** Whether an answer says that there is nothing: `[]`, `{"results":[],"total":0}`, "No results found". */
export function saysNothing(text: string): boolean {
  if (text.length > 200) return false;
  const trimmed = text.trim();
  if (/^(?:null|\[\s*\]|\{\s*\})$/.test(trimmed)) return true;
  if (/^[[{]/.test(trimmed))
    return (
      /\[\s*\]/.test(trimmed) && !/[[,]\s*["{\d]/.test(trimmed.replace(/,\s*"[^"]*"\s*:/g, ''))
    );
  return NOTHING_WORDS.test(trimmed);
}

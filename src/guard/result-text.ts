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

/** What says that there is nothing is short. */
const MAX_NOTHING = 200;

const NOTHING_WORDS =
  /^(?:none|nothing|n\/a)?[^\p{L}\p{N}]*$|\b(?:no|0|zero|without)\s+(?:\w+\s+){0,2}(?:results?|match(?:es)?|items?|rows?|records?|entries|entry|files?|documents?|hits?|data|orders?|users?|flights?|events?|messages?|tickets?|answers?)\b|\b(?:nothing|none|not)\s+(?:was\s+|were\s+)?(?:found|matched)\b|\b(?:is|are|was)\s+empty\b|(?:\ban\s+|^\W*)empty\s+(?:list|result|set|array|response|table|directory|folder)\b/iu;
const NOTHING_ELSEWHERE =
  /keine?\s+(?:\S+\s+)?(?:ergebnisse|treffer|einträge)|nichts\s+gefunden|aucune?\s+(?:résultat|élément|fichier|donnée)|(?:sin|no hay)\s+resultados|nessun\s+risultato|nenhum\s+resultado|見つかりません|該当なし|(?:結果|該当).{0,20}ありません|没有找到|未找到|[无無][結结]果|결과가?\s*없습니다|ничего не найдено|не найдено|нет результатов|لا توجد نتائج|لم يتم العثور/iu;

/** Members that tell of the answer and not of what was found. */
const BOOKKEEPING =
  /page|limit|offset|size|took|cursor|next|prev|more|object|status|success|incomplete|^ok$/i;
/** Lists whose emptiness is good news about what was looked at. */
const COMPLAINTS = /error|warning|issue|problem|violation|conflict|finding|diff|change/i;

function isEmpty(value: unknown): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  return Array.isArray(value) ? value.length === 0 : isObject(value) && holdsNothing(value);
}

/** Whether an object holds an empty list and beside it nothing but counts of it and how it was asked for. */
function holdsNothing(object: Record<string, unknown>): boolean {
  const members = Object.entries(object);
  const lists = members.filter(([, value]) => Array.isArray(value));
  if (lists.some(([name]) => COMPLAINTS.test(name))) return false;
  return (
    members.length === 0 ||
    (members.every(([name, value]) => isEmpty(value) || BOOKKEEPING.test(name)) &&
      members.some(([name, value]) => isEmpty(value) && !BOOKKEEPING.test(name)))
  );
}

/** Whether an answer says that there is nothing: `[]`, `{"results":[],"total":0}`, "No results found". */
export function saysNothing(text: string): boolean {
  if (text.length > MAX_NOTHING) return false;
  const trimmed = text.trim();
  if (!/^(?:null$|[[{])/.test(trimmed)) {
    return NOTHING_WORDS.test(trimmed) || NOTHING_ELSEWHERE.test(trimmed);
  }
  try {
    const value: unknown = JSON.parse(trimmed);
    return value === null || (typeof value === 'object' && isEmpty(value));
  } catch {
    return false;
  }
}

const FAILURE_WORDS =
  /^[^\w{[]{0,3}(?!(?:no|zero|without)\b)(?:\w+\s?)?(?:error|exception)\s*(?:[:!([]|\d|(?:in|at|on|while|occurred)\b|$)|^[^\w{[]{0,3}(?:fail(?:ed|ure)\b|fatal:|(?:access|permission) denied)|^\{\s*"(?:error|err|exception)"\s*:\s*(?!null|false|""|\s)/i;

/** Whether an answer tells of a failure though the tool did not mark it as one, as many do: "Error: no such user". */
export function saysFailure(text: string): boolean {
  return FAILURE_WORDS.test(text.slice(0, MAX_NOTHING));
}

const UNFINISHED =
  /(?<!\bnot )\b(?:running|pending|queued|in[ _-]?progress|processing|not (?:yet )?(?:ready|finished|done|complete)|starting|building|deploying|rolling out|loading|provisioning|initiali[sz]ing|still)\b/i;

/** Whether an answer says that something is under way, and so asks to be asked again: "running", "not ready yet". */
export function saysUnfinished(text: string): boolean {
  return UNFINISHED.test(text);
}

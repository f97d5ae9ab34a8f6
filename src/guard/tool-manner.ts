/** Words in the names of tools that only look. */
const READING = new Set(
  `get list read search find fetch lookup look show view describe count inspect grep glob stat head tail cat ls
  tree browse preview think calculate compute snapshot screenshot summarize translate convert validate retrieve
  explain recall`.split(/\s+/),
);

/** Words in the names of tools that act; one of them outweighs any that look. */
const ACTING = new Set(
  `create update delete write set add remove edit move rename copy send post put patch click type fill press
  select drag upload download run execute exec eval call navigate open close submit insert append push pull commit
  merge cancel book refund pay buy sell transfer apply install start stop restart kill replace drop clear reset
  publish deploy approve reject assign invite share archive next back forward scroll wait sleep`.split(
    /\s+/,
  ),
);

/** What a tool's name says that it does. */
type Manner = 'reads' | 'acts' | 'unknown';

const MAX_KNOWN = 10_000;
const known = new Map<string, Manner>();

function classify(tool: string): Manner {
  const words = tool
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  if (words.some((word) => ACTING.has(word))) return 'acts';
  return words.some((word) => READING.has(word)) ? 'reads' : 'unknown';
}

/**
 * Whether a tool's name says that it only looks (`get_user`, `searchFlights`) or that it acts (`get_and_delete`).
 * A name is a hint like an annotation: that a tool reads may make a check stricter, never laxer.
 */
export function mannerOf(tool: string): Manner {
  let manner = known.get(tool);
  if (manner === undefined) {
    manner = classify(tool);
    if (known.size < MAX_KNOWN) known.set(tool, manner);
  }
  return manner;
}

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

const MAX_KNOWN = 10_000;
const known = new Map<string, boolean>();

function classify(tool: string): boolean {
  const words = tool
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => READING.has(word)) && !words.some((word) => ACTING.has(word));
}

/**
 * Whether a tool's name says that it only looks: `get_user`, `searchFlights`, but not `get_and_delete`. It is used only
 * to tell that a call between two others has changed nothing, which makes a check stricter, never laxer.
 */
export function soundsReading(tool: string): boolean {
  let reading = known.get(tool);
  if (reading === undefined) {
    reading = classify(tool);
    if (known.size < MAX_KNOWN) known.set(tool, reading);
  }
  return reading;
}

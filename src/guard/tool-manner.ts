/**
 * What a tool's name says that it does:
 * - `acts`: it changes something (`create_issue`, `get_and_delete`).
 * - `steers`: it moves a view, and what came of it shows only to who looks afterwards (`browser_click`, `scroll`).
 * - `waits`: it lets time pass.
 * - `aside`: it neither changes the world nor tells of it: notes of the model to itself, clocks, dice.
 * - `reads`: it only looks (`get_user`, `searchFlights`).
 */
export type Manner = 'acts' | 'steers' | 'waits' | 'aside' | 'reads' | 'unknown';

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** The first row that a word of the name stands in decides: who acts as well as looks, acts. */
const TELLING: readonly (readonly [Manner, ReadonlySet<string>])[] = [
  [
    'acts',
    words(`create update delete write set add remove edit move rename copy send post put patch fill select drag upload
      download run execute exec eval call open close submit insert append push pull commit merge cancel book refund
      pay buy sell charge transfer apply install start stop restart kill replace drop clear reset restore publish
      deploy approve reject assign invite share archive save store upsert modify change toggle enable disable mark
      schedule reply comment import export sync refresh reload generate trigger lock unlock switch build`),
  ],
  ['steers', words('click type press navigate next back forward scroll hover tap swipe key goto')],
  ['waits', words('wait sleep delay pause')],
  ['aside', words('think thinking sequentialthinking thought reflect ponder random uuid dice')],
  [
    'reads',
    words(`get list read search find fetch lookup look show view describe count inspect grep glob stat head tail cat
      ls tree browse preview calculate compute snapshot screenshot summarize translate convert validate retrieve
      explain recall status info details diff history`),
  ],
];

const CLOCK = words('time date now clock datetime timestamp today');
const CLOCK_FILLER = words('get current local utc system mcp');

const MAX_KNOWN = 10_000;
const known = new Map<string, Manner>();

function classify(tool: string): Manner {
  const names = tool
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .match(/[a-z]+/g);
  if (names === null) return 'unknown';
  if (
    names.some((name) => CLOCK.has(name)) &&
    names.every((name) => CLOCK.has(name) || CLOCK_FILLER.has(name))
  ) {
    return 'aside';
  }
  const row = TELLING.find(([, telling]) => names.some((name) => telling.has(name)));
  return row === undefined ? 'unknown' : row[0];
}

/** The manner of a tool by its name. A name is a hint like an annotation, for a server may call its tools what it likes. */
export function mannerOf(tool: string): Manner {
  let manner = known.get(tool);
  if (manner === undefined) {
    manner = classify(tool);
    if (known.size < MAX_KNOWN) known.set(tool, manner);
  }
  return manner;
}

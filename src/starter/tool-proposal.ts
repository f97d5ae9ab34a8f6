import { mannerOf } from '../guard/tool-manner.js';
import type { ToolFacts } from '../probe/probe-server.js';

/** A line of a tool's section; a guess is written as a comment. */
export interface ProposedKey {
  readonly key: 'side_effect' | 'timeout' | 'max_calls_per_run' | 'dedupe';
  /** As TOML. */
  readonly value: string;
  readonly why: string;
  readonly isGuess: boolean;
}

/** Names of what must not happen twice by accident: it moves money, or reaches people. */
const ONCE =
  /(?:^|_)(refund|pay|charge|transfer|buy|purchase|order|book|send|post|publish|email|mail|sms|invite|submit|deploy|cancel)(?:_|$)/;
/** Names of what takes long. */
const LONG =
  /(?:^|_)(build|deploy|install|export|import|sync|upload|download|crawl|research|train|render|backup|migrate|long|run|execute|wait|sleep)(?:_|$)/;

function snake(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[^A-Za-z\d]+/g, '_')
    .toLowerCase();
}

interface Effect {
  readonly once: boolean;
  readonly key: ProposedKey;
}

/** Whether a tool should count as a side effect; undefined for one that looks, or that may be repeated without harm. */
function effectOf({ name, readOnly, destructive, idempotent }: ToolFacts): Effect | undefined {
  if (readOnly === true || idempotent === true) return undefined;
  const once = ONCE.test(snake(name));
  if (!once && destructive !== true && mannerOf(name) !== 'acts') return undefined;
  // Both the name and the server say so; either alone is a guess.
  const agreed = once && (destructive === true || idempotent === false);
  const why = once ? 'by its name it should not happen twice' : 'it changes something';
  return { once, key: { key: 'side_effect', value: 'true', why, isGuess: !agreed } };
}

/**
 * What the annotations and the name of a tool suggest to write into its section. Nothing for a tool that only looks:
 * the general limits are made for those.
 */
export function proposeFor(tool: ToolFacts): readonly ProposedKey[] {
  const effect = effectOf(tool);
  const keys: ProposedKey[] = effect === undefined ? [] : [effect.key];
  if (effect?.once === true) {
    const why = 'identical calls count as one for a day, also across runs';
    keys.push({ key: 'dedupe', value: '"24h"', why, isGuess: true });
    const most = 'no run needs more';
    keys.push({ key: 'max_calls_per_run', value: '10', why: most, isGuess: true });
  }
  if (LONG.test(snake(tool.name))) {
    const why = 'by its name it may take longer than 30 s';
    keys.push({ key: 'timeout', value: '"5m"', why, isGuess: true });
  }
  return keys;
}

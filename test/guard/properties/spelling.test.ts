import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import { parseExact } from '../../../src/jsonrpc/exact-numbers.js';
import { type Args, failure, success, TestGuard } from '../support/test-guard.js';

// How a client writes arguments down says nothing: keys in any order, 1 or 1.0 or 10e-1.

interface Call {
  readonly tool: string;
  readonly args: Args;
  readonly outcome: Outcome;
}

const word = fc.constantFrom('lamp', 'desk', 'red', 'oak', 'sale', 'Q1', '17', '東京', 'цена');
const text = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(0.5, 1e21, 12.25));
const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const nested = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 2 }),
  fc.dictionary(fc.constantFrom('x', 'y', 'z'), leaf, { maxKeys: 3 }),
);
const names = fc.constantFrom('query', 'topic', 'id', 'filter', 'note');
const args = fc.dictionary(names, nested, { maxKeys: 4 });

const SAID = ['', 'ok', 'No results found', 'The lamp stands on the desk, and it is red.'];
const FAILED = ['Access denied', 'no lamp 17 here', 'HTTP 503', 'wrong desk'];
const outcome = fc.oneof(
  fc.constantFrom(...SAID).map((said) => success(said)),
  fc.constantFrom(...FAILED).map((said) => failure(said)),
  fc.constant(success('the same long answer to whatever was asked of it '.repeat(8))),
);
const call = fc.record<Call>({
  tool: fc.constantFrom('search', 'get_lamp', 'set_lamp', 'oracle', 'click'),
  args,
  outcome,
});
// A question asked again and again with its words and its other arguments in ever other places.
const question = fc.record<Call>({
  tool: fc.constant('search'),
  args: fc
    .tuple(fc.constantFrom('red lamp', 'lamp red', 'a red lamp', 'lamp, red one'), nested)
    .map(([query, filter]) => ({ query, topic: 'desk', filter: { of: filter, at: 'shop' } })),
  outcome: fc.constant(success('The red lamp stands on the desk beside the oak chair.')),
});
// Few calls, made in any order, so that many are the same or alike.
const run = fc
  .array(fc.oneof(call, question), { minLength: 1, maxLength: 6 })
  .chain((calls) => fc.array(fc.constantFrom(...calls), { minLength: 6, maxLength: 30 }));

/** The value written down in another way; `turn` decides how. */
function respell(value: unknown, turn: () => number): string {
  if (typeof value === 'number') return respellNumber(value, turn);
  if (Array.isArray(value)) return `[${value.map((part) => respell(part, turn)).join(' , ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([name, part]) => `${JSON.stringify(name)}: ${respell(part, turn)}`,
  );
  for (let rest = members.length - 1; rest > 0; rest -= 1) {
    const other = turn() % (rest + 1);
    const member = members[rest] ?? '';
    members[rest] = members[other] ?? '';
    members[other] = member;
  }
  return `{ ${members.join(',')} }`;
}

function respellNumber(value: number, turn: () => number): string {
  const plain = JSON.stringify(value);
  if (/e/i.test(plain)) return plain.replace('+', '');
  const dotted = plain.includes('.') ? `${plain}0` : `${plain}.0`;
  return [plain, dotted, `${plain}e0`, `${dotted}E+0`][turn() % 4] ?? plain;
}

function decisions(calls: readonly Call[], read: (args: Args) => unknown) {
  const guard = new TestGuard();
  return calls.map(({ tool, args, outcome }) => {
    const asked = read(args);
    if (typeof asked !== 'object' || asked === null) throw new Error('arguments are an object');
    const decision = guard.call(tool, { ...asked }, outcome);
    return 'verdict' in decision
      ? { action: decision.action, said: decision.verdict.reason }
      : { action: decision.action, said: decision.warnings.map(({ reason }) => reason) };
  });
}

it('how arguments are written down never changes a decision', () => {
  fc.assert(
    fc.property(run, fc.infiniteStream(fc.nat()), (calls, turns) => {
      const turn = (): number => turns.next().value;
      const plain = decisions(calls, (args) => parseExact(JSON.stringify(args)));
      const respelled = decisions(calls, (args) => parseExact(respell(args, turn)));
      expect(respelled).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});

import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/guard/tool-call.js';
import {
  type Args,
  admitted,
  failure,
  success,
  TestGuard,
  verdictOf,
} from '../support/test-guard.js';

const PARIS =
  'Paris is the capital and largest city of France. It lies on the Seine in the north of the country.';
const answer = success(PARIS);
const CAPITAL = [
  'capital of France',
  'France capital',
  'what is the capital city of France',
  'the name of the capital of France',
  'French capital city in France',
];

type Ask = readonly [question: string, outcome?: Outcome, more?: Args];

/** How many questions pass before the first that does not; undefined when all do. */
function passing(questions: readonly Ask[], guard = new TestGuard(), tool = 'search') {
  const index = guard
    .actions(
      questions.map(([query, outcome = answer, more]) => [tool, { query, ...more }, outcome]),
    )
    .findIndex((action) => action !== 'allow');
  return index === -1 ? undefined : index;
}

const all = (questions: readonly string[], outcome: Outcome = answer): Ask[] =>
  questions.map((question) => [question, outcome]);

describe('one question in other words', () => {
  it('is stopped after three wordings whose answers held nothing new', () => {
    const guard = new TestGuard();
    expect(passing(all(CAPITAL), guard)).toBe(3);
    expect(verdictOf(guard.admit('search', { query: 'France: capital?' }))).toMatchObject({
      check: 'similarity',
      kind: 'loop',
      reason: expect.stringContaining('asked this in 3 other wordings'),
      details: { wordings: 3, threshold: 0.6 },
    });
  });

  it.each<[string, string[], string]>([
    [
      'Japanese',
      [
        '経費精算の締め切りはいつ',
        '経費精算の締め切り日',
        '経費精算はいつ締め切り',
        '経費精算の締め切り',
      ],
      '経費精算は毎月二十五日までに提出してください。',
    ],
    [
      'Russian',
      ['возврат товара', 'возврат товаров', 'как вернуть возвратом товар', 'возврату товара'],
      'Вернуть товар можно в течение четырнадцати дней при наличии чека в магазине.',
    ],
    [
      'Arabic',
      ['ساعات عمل المكتبة', 'ساعات عمل المكتبة اليوم', 'كم ساعات عمل المكتبة', 'ساعات المكتبة'],
      'تفتح المكتبة أبوابها من التاسعة صباحا حتى الثامنة مساء كل يوم.',
    ],
  ])('is found in %s', (_, questions, text) => {
    expect(passing(all(questions, success(text)))).toBe(3);
  });

  it('is found though the answers differ in noise', () => {
    const asks = CAPITAL.map((q, n): Ask => [q, success(`${PARIS.repeat(3)} Took ${n} ms.`)]);
    expect(passing(asks)).toBe(3);
  });

  it('is found for a tool of any name when the argument says that it asks', () => {
    expect(passing(all(CAPITAL), new TestGuard(), 'oracle')).toBe(3);
  });

  it('is found when the tool looks and the longest argument is prose', () => {
    const guard = new TestGuard();
    const steps = CAPITAL.map((aim) => ['get_facts', { aim, lang: 'en' }, answer] as const);
    expect(guard.actions(steps).indexOf('refuse')).toBe(3);
  });
});

describe('the threshold', () => {
  // Five words each, of which any two questions share three.
  const asks = ['red oak', 'tall elm', 'old ash', 'wild fir'].map((own) => `leaf bark root ${own}`);

  it('is reached by the share of words in common', () => {
    expect(passing(all(asks), new TestGuard({ loop: { similarityThreshold: 0.6 } }))).toBe(3);
    expect(passing(all(asks), new TestGuard({ loop: { similarityThreshold: 0.61 } }))).toBe(
      undefined,
    );
  });

  it('turns the check off when it is 0', () => {
    const guard = new TestGuard({ loop: { similarityThreshold: 0 } });
    expect(passing(all(CAPITAL.slice(0, 4)), guard)).toBeUndefined();
  });
});

describe('no rewording', () => {
  it('are questions whose answers differ, however alike they are', () => {
    const asks = [1, 2, 3, 4, 5, 6].map(
      (n): Ask => [
        `revenue of the ${'x'.repeat(n)} region`,
        success(`It was ${n * 7} million, up ${n} per cent.`),
      ],
    );
    expect(passing(asks)).toBeUndefined();
  });

  it('are Q1, Q2, Q3, Q4, even with one answer', () => {
    const short = success('There is no report for this quarter in the archive.');
    expect(passing(all(['revenue Q1', 'revenue Q2', 'revenue Q3', 'revenue Q4'], short))).toBe(
      undefined,
    );
  });

  it('are questions about other things whose long answers differ in little more than the thing', () => {
    const asks = ['Ghent', 'Delft', 'Trier', 'Namur', 'Arras'].map(
      (town): Ask => [`museum of ${town} opening hours`, success(`${town}. ${PARIS.repeat(10)}`)],
    );
    expect(passing(asks)).toBeUndefined();
  });

  it('but an answer that only repeats the question is no other answer', () => {
    const page = Array.from({ length: 80 }, (_, n) => `fact${n}`).join(' ');
    const asks = CAPITAL.map((q): Ask => [q, success(`Results for "${q}": ${PARIS} ${page}`)]);
    expect(passing(asks)).toBe(3);
  });

  it('are calls with another filter', () => {
    const asks = CAPITAL.slice(0, 4).map((q, page): Ask => [q, answer, { page }]);
    expect(passing(asks)).toBeUndefined();
  });

  it('are paths, addresses and single words', () => {
    const listing = success('[FILE] package.json [FILE] README.md [DIR] src [DIR] test [DIR] docs');
    const guard = new TestGuard();
    const steps = ['a', 'b', 'c', 'd'].map(
      (name) => ['list_directory', { path: `/repo/packages/src/${name}` }, listing] as const,
    );
    expect(guard.actions(steps)).not.toContain('refuse');
    expect(passing(all(['dog', 'dogs', 'doggy', 'dogged']))).toBeUndefined();
  });

  it.each(['send_message', 'think', 'notify'])('are calls of %s: it does not ask', (tool) => {
    const guard = new TestGuard();
    const steps = CAPITAL.slice(0, 4).map((message) => [tool, { message }, answer] as const);
    expect(guard.actions(steps)).not.toContain('refuse');
  });

  it('are questions that find nothing, a few times', () => {
    const nothing = success('No documents match your query in the knowledge base of this space.');
    expect(passing([...all(CAPITAL.slice(0, 4), nothing), [CAPITAL[4] ?? '', answer]])).toBe(
      undefined,
    );
  });

  it('are questions that failed, and acknowledgements of a few words', () => {
    const errors = CAPITAL.map((q, n): Ask => [q, failure(`index ${'abcde'[n]} is corrupt`)]);
    expect(passing(errors)).toBeUndefined();
    const guard = new TestGuard();
    const short = CAPITAL.slice(0, 4).map(
      (q) => ['oracle', { q }, success('See page four.')] as const,
    );
    expect(guard.actions(short)).not.toContain('refuse');
  });

  it('are questions in flight together', () => {
    const guard = new TestGuard();
    const calls = CAPITAL.map((query) => admitted(guard.admit('search', { query })));
    for (const call of calls) guard.run.settle(call, answer);
    expect(guard.admit('search', { query: 'France: capital?' }).action).toBe('refuse');
  });

  it('are questions of a tool that is left out of the loop checks', () => {
    const guard = new TestGuard({ every: { loopChecks: false } });
    expect(passing(all(CAPITAL), guard)).toBeUndefined();
  });
});

describe('the window', () => {
  const other = (n: number): Ask => [
    `${'abcdefgh'[n]}${'ijklmnop'[n]}x unrelated ${'qrstuvwx'[n]}yz`,
    success(`news ${n} of the day, no. ${n}`),
  ];
  const [a, b, c, d] = all(CAPITAL.slice(0, 4));

  it('looks back on window_size questions of the tool', () => {
    if (!a || !b || !c || !d) throw new Error('four');
    expect(passing([a, b, c, other(1), other(2), d])).toBe(5);
    expect(passing([a, b, c, other(1), other(2), other(3), d])).toBeUndefined();
  });

  it('holds the questions of 100 tools and 20 of each, whatever its size', () => {
    const guard = new TestGuard({ loop: { windowSize: 1_000 } });
    const ask = (tool: string, from: number, to: number) =>
      guard.actions(CAPITAL.slice(from, to).map((query) => [tool, { query }, answer] as const));
    ask('search', 0, 3);
    for (let n = 0; n < 99; n += 1) ask(`oracle_${n}`, 0, 1);
    expect(ask('search', 3, 4)).toEqual(['refuse']);
    ask('oracle_100', 0, 1);
    expect(ask('search', 3, 4)).toEqual(['allow']);
  });
});

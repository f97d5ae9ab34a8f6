import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHECK_NAMES } from '../../src/guard/decision.js';
import type { Outcome } from '../../src/guard/tool-call.js';
import type { SettingsChange } from './support/settings.js';
import { type Args, failure, success, TestGuard } from './support/test-guard.js';

const page = readFileSync(fileURLToPath(new URL('../../docs/guards.md', import.meta.url)), 'utf8');

type Step = readonly [tool: string, args?: Args, outcome?: Outcome];

/** What a section of the page tells: settings, calls before, the call that is stopped, and one that is not. */
interface Example {
  readonly settings?: SettingsChange;
  readonly before?: readonly Step[];
  readonly stopped: Step;
  readonly leftAlone: readonly Step[];
}

const PARIS = success(
  `Paris is the capital of France and its largest city, on the Seine in the north.`,
);
const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);

const EXAMPLES: Readonly<Record<string, Example>> = {
  calls_per_tool: {
    settings: { tools: { send_email: { maxCallsPerRun: 1 } } },
    before: [['send_email', { to: 'ann' }]],
    stopped: ['send_email', { to: 'bob' }],
    leftAlone: [['search', { q: 'bob' }]],
  },
  rate: {
    settings: { maxCallsPerMinute: 1 },
    before: [['search', { q: 'a' }]],
    stopped: ['search', { q: 'b' }],
    leftAlone: [],
  },
  iterations: {
    settings: { maxIterations: 2 },
    before: [
      ['get_order', { id: 1 }],
      ['get_order', { id: 2 }],
    ],
    stopped: ['get_order', { id: 3 }],
    leftAlone: [],
  },
  side_effect: {
    settings: { every: { sideEffect: true } },
    before: [['refund', { order: 7, amount: 49 }, success('refunded')]],
    stopped: ['refund', { amount: 49, order: 7 }],
    leftAlone: [['refund', { order: 8, amount: 49 }, success('refunded')]],
  },
  budget: {
    settings: { maxCostPerRun: 100_000, tools: { ask_model: { estimatedCost: 60_000 } } },
    before: [['ask_model', { q: 'a' }]],
    stopped: ['ask_model', { q: 'b' }],
    leftAlone: [['search', { q: 'costs nothing' }]],
  },
  tokens: {
    settings: { maxTokens: 20 },
    before: [['read_page', { url: 'https://example.com/one' }, success('short')]],
    stopped: ['read_page', { url: `https://example.com/${'x'.repeat(40)}` }],
    leftAlone: [['ping', {}]],
  },
  circuit: {
    before: [1, 2, 3, 4, 5].map(
      (id): Step => ['get_rate', { id }, failure('HTTP 503 service unavailable')],
    ),
    stopped: ['get_rate', { id: 6 }],
    leftAlone: [['get_order', { id: 6 }]],
  },
  repeat: {
    before: times(2, ['get_order', { id: 7 }, success('status: shipped, carrier: none')]),
    stopped: ['get_order', { id: 7 }],
    leftAlone: [1, 2, 3, 4].map(
      (percent): Step => ['get_job', { id: 1 }, success(`${percent * 20} %`)],
    ),
  },
  sequence: {
    before: [1, 2, 3, 4, 5, 6, 7, 8].map((n): Step => {
      const page = ((n - 1) % 3) + 1;
      return ['read_page', { page }, success(`the text of page ${page}, as it always was`)];
    }),
    stopped: ['read_page', { page: 3 }],
    leftAlone: [1, 2, 3].flatMap((n): Step[] => [
      ['read_file', { path: `/src/${n}.ts` }, success(`the source of ${n}`)],
      ['edit_file', { path: `/src/${n}.ts`, text: `new ${n}` }, success('ok')],
    ]),
  },
  stall: {
    before: [1, 2, 3, 4].map(
      (n): Step => ['query_table', { table: `t${n}` }, failure('The connection string is invalid')],
    ),
    stopped: ['query_table', { table: 't5' }],
    leftAlone: [1, 2, 3, 4, 5, 6].map(
      (n): Step => ['write_file', { path: `/out/${n}`, text: 'x' }, success('ok')],
    ),
  },
  similarity: {
    before: ['capital of France', 'the capital city of France', 'France: its capital?'].map(
      (query): Step => ['search', { query }, PARIS],
    ),
    stopped: ['search', { query: 'what is the capital of France' }],
    leftAlone: ['Q1', 'Q2', 'Q3', 'Q4'].map(
      (quarter): Step => [
        'search',
        { query: `revenue ${quarter}` },
        success(
          `In ${quarter} the revenue was different from all others, and the report says why: ${quarter}.`,
        ),
      ],
    ),
  },
  velocity: {
    settings: {
      loop: { costVelocityThreshold: 100_000 },
      tools: { ask_model: { estimatedCost: 60_000 } },
    },
    before: [['ask_model', { q: 'a' }]],
    stopped: ['ask_model', { q: 'b' }],
    leftAlone: [['search', { q: 'free' }]],
  },
};

function section(check: string): string {
  return page.split(/^### /m).find((text) => text.startsWith(`\`${check}\``)) ?? '';
}

/** The quotes of a section, as one line each. */
function quoted(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('> '))
    .map((line) => line.slice(2))
    .join(' ');
}

describe('docs/guards.md', () => {
  it('tells the checks in the order in which they are asked', () => {
    const told = [...page.matchAll(/^### `(\w+)`/gm)].map(([, name]) => name);
    const real = CHECK_NAMES.filter((name) => name !== 'fault');
    expect(told).toEqual(real);
  });

  describe.each(Object.entries(EXAMPLES))(
    'on %s',
    (check, { settings, before = [], stopped, leftAlone }) => {
      it('quotes what the check says', () => {
        const guard = new TestGuard(settings);
        guard.time = 1_000;
        guard.actions(before);
        const decision = guard.admit(stopped[0], stopped[1]);
        const verdict = 'verdict' in decision ? decision.verdict : decision.warnings[0];
        expect(verdict?.check).toBe(check);
        const advice = verdict !== undefined && 'advice' in verdict ? ` ${verdict.advice}` : '';
        expect(quoted(section(check))).toBe(`${verdict?.reason}${advice}`);
      });

      it('tells of what is left alone', () => {
        const guard = new TestGuard(settings);
        expect(guard.actions(leftAlone).filter((action) => action !== 'allow')).toEqual([]);
        expect(section(check)).toMatch(/\*\*Leaves alone\*\*/);
        expect(section(check)).toMatch(/\*\*Stops\*\*|\*\*Warns of\*\*/);
        expect(section(check)).toMatch(/\*\*Options\*\*/);
      });
    },
  );

  it('has an example for every check', () => {
    const real = CHECK_NAMES.filter((name) => name !== 'fault' && name !== 'killed');
    expect(Object.keys(EXAMPLES)).toEqual(real);
  });

  it.each([
    'window_size',
    'repeat_threshold',
    'repeat_on',
    'ignore_args',
    'max_flat_steps',
    'sequence_max_period',
    'sequence_repeats',
    'similarity_threshold',
    'cost_velocity_window',
    'cost_velocity_threshold',
    'max_skips',
    'error_threshold',
    'error_cooldown',
    'max_calls_per_run',
    'max_calls_per_minute',
    'max_iterations',
    'max_cost_per_step',
    'max_cost_per_run',
    'max_tokens',
    'loop_checks',
    'on_loop',
  ])('names the option %s', (option) => {
    expect(page).toContain(`\`${option}`);
  });
});

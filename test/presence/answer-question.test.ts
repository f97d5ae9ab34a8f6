import { describe, expect, it } from 'vitest';
import { answerLine } from '../../src/presence/answer-question.js';
import type { LiveProxy } from '../../src/presence/protocol.js';

const broken: LiveProxy = {
  report: () => {
    throw new Error('no report');
  },
  lift: (runId) => (runId === 'run_1' ? 'fg_1' : undefined),
};
const answer = (question: unknown): unknown =>
  JSON.parse(answerLine(JSON.stringify(question), broken));

describe('answerLine', () => {
  it('tells a fault of the proxy, and does not pass it on to whoever runs the sessions', () => {
    expect(answer({ fuze: 1, ask: 'status' })).toEqual({ fuze: 1, problem: 'no report' });
  });

  it('tells the trip that was lifted, and null where there was none', () => {
    expect(answer({ fuze: 1, ask: 'reset', run: 'run_1' })).toEqual({ fuze: 1, lifted: 'fg_1' });
    expect(answer({ fuze: 1, ask: 'reset', run: 'run_2' })).toEqual({ fuze: 1, lifted: null });
  });

  it.each([[{}], [[]], [null], ['status'], [{ fuze: 1 }], [{ fuze: 1, ask: 'reset', run: 7 }]])(
    'refuses %j in the form that every version understands',
    (question) => {
      expect(answer(question)).toMatchObject({ fuze: 1, problem: expect.any(String) });
    },
  );
});

import { describe, expect } from 'vitest';
import { fixture, startProxy } from '../e2e/support/fuze-process.js';
import type { Random } from './support/random.js';
import { faultTest } from './support/rounds.js';
import { callRecords, newShop, shopConfig, TRACE, verified } from './support/shop.js';
import { type PlannedCall, Traffic } from './support/traffic.js';

const CONFIG = `${shopConfig()}
[proxy.tools.effect]
side_effect = true
`;

/** Quick calls, slow ones and, where it is wanted, one that is never answered. */
function* calls(random: Random, neverAnswered: boolean): Generator<PlannedCall> {
  for (let number = 1; ; number += 1) {
    const args = { number, ms: random.between(0, 30) };
    if (neverAnswered && number % 10 === 0) yield { tool: 'never', args, effect: undefined };
    else if (random.chance(0.3)) yield { tool: 'effect', args, effect: String(number) };
    else yield { tool: random.pick('text', 'delay'), args, effect: undefined };
  }
}

describe('end of file on the input of fuze', () => {
  faultTest(
    'fuze ends by itself and leaves nothing running; every call is answered, the trace is closed',
    async ({ random, count }) => {
      const workspace = newShop(CONFIG);
      const neverAnswered = random.chance(0.25);
      const stubborn = random.chance(0.25) ? ['--ignore-eof', '--ignore-signals'] : [];
      const fuze = startProxy(fixture('raw-server', ...stubborn), {
        workspace,
        env: { RAW_JOURNAL: workspace.path('effects.jsonl') },
      });
      const traffic = new Traffic(fuze, calls(random, neverAnswered), random.between(1, 12));
      const flowing = traffic.run();
      await traffic.reaches(neverAnswered ? random.between(0, 8) : random.between(0, 60));
      await random.moment();
      traffic.stop();
      const ended = performance.now();
      fuze.endInput();
      expect(await fuze.exit).toEqual({ code: 0, signal: null });
      // At this very moment: whatever fuze started is gone when it goes.
      expect(workspace.survivors()).toEqual([]);
      count('milliseconds to the end', Math.round(performance.now() - ended));
      await fuze.closed;
      await flowing;

      const answered = traffic.answered();
      expect(answered).toHaveLength(traffic.sent.size);
      const records = callRecords(workspace);
      const effects = workspace.jsonLines('effects.jsonl').map(({ number }) => number);
      expect(new Set(effects).size).toBe(effects.length);
      for (const { id, call, answer } of answered) {
        const record = records.get(String(id));
        count(answer.error === undefined ? 'answered by the server' : 'answered by fuze');
        if (answer.error === undefined) {
          expect(record).toMatchObject({ tool: call.tool, outcome: 'success' });
        } else {
          expect(answer.error).toMatchObject({
            code: -32000,
            message: expect.stringMatching(/shutting down/),
          });
          if (record !== undefined) expect(record.outcome).toBe('shutdown');
        }
      }
      if (answered.length === 0) return;
      expect((await verified(workspace)).verdict).toBe('closed');
      const last = workspace.jsonLines(TRACE).at(-1);
      expect(last?.payload).toMatchObject({ kind: 'session.end' });
    },
    { mustHappen: ['answered by the server', 'answered by fuze'] },
  );
});

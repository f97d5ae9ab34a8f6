import { describe, expect } from 'vitest';
import { faultTest } from './support/rounds.js';
import {
  callRecords,
  carriedOut,
  finish,
  newShop,
  nothingRuns,
  shopCalls,
  startShop,
  take,
  verified,
} from './support/shop.js';
import { fateOf } from './support/shop-traffic.js';
import { Traffic } from './support/traffic.js';

describe('SIGKILL of fuze while calls flow', () => {
  faultTest(
    'what the client saw is in the trace, and no side effect ever runs twice',
    async ({ random, count }) => {
      const workspace = newShop();
      const calls = take(shopCalls(random), 40);
      const first = new Traffic(startShop(workspace), calls, random.between(1, 12));
      const flowing = first.run();
      await first.reaches(random.between(0, calls.length - 2));
      await random.moment();
      first.stop();
      first.fuze.signal('SIGKILL');
      expect(await first.fuze.closed).toEqual({ code: null, signal: 'SIGKILL' });
      await flowing;

      const records = callRecords(workspace);
      const seen = first.answered();
      for (const { id, call, answer } of seen) {
        expect(answer.decision).toBeUndefined();
        expect(records.get(String(id)), answer.text).toMatchObject({
          tool: call.tool,
          outcome: 'success',
          result: answer.result,
        });
      }
      count('answers seen', seen.length);
      if (workspace.read('trace.jsonl').length > 0) {
        const { verdict, said } = await verified(workspace);
        expect(['open', 'cut'], said).toContain(verdict);
        count(verdict);
      }

      // The client starts fuze anew, at once, the old server perhaps still at work. What it has no answer to it
      // sends again, and out of forgetfulness some that it has.
      const answers = new Map(seen.map(({ call, answer }) => [call, answer]));
      const repeated = calls.filter(
        (call) => call.effect !== undefined && (!answers.has(call) || random.chance(0.5)),
      );
      const second = new Traffic(startShop(workspace), repeated, random.between(1, 12), 1_000);
      await second.run();
      const fates = second.answered().map(({ call, answer }) => ({
        effect: call.effect ?? '',
        fate: fateOf(answer),
        earlier: answers.get(call),
        answer,
      }));
      expect(fates).toHaveLength(repeated.length);
      await finish(second.fuze);
      await nothingRuns(workspace);

      const done = carriedOut(workspace);
      expect([...done].filter(([, times]) => times > 1)).toEqual([]);
      for (const { effect, fate, earlier, answer } of fates) {
        count(fate);
        if (earlier !== undefined) {
          expect(fate).toBe('replayed');
          expect(answer.result?.content).toEqual(earlier.result?.content);
        }
        if (fate === 'unknown') count('unknown, and had run', done.get(effect) ?? 0);
        else expect(done.get(effect), `${effect}, ${fate}`).toBe(1);
      }
      expect((await verified(workspace)).verdict).toBe('closed');
    },
    { mustHappen: ['ran', 'replayed', 'unknown', 'unknown, and had run'] },
  );
});

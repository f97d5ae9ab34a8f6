import { describe, expect } from 'vitest';
import { faultTest } from './support/rounds.js';
import {
  callRecords,
  carriedOut,
  effectsOnRecord,
  finish,
  newShop,
  nothingRuns,
  shopCalls,
  startShop,
  TRACE,
  take,
  verified,
} from './support/shop.js';
import { fateOf } from './support/shop-traffic.js';
import { Traffic } from './support/traffic.js';

describe('SIGKILL of the server while calls flow', () => {
  faultTest(
    'calls in flight are answered with the signal, their effects are unknown, and fuze exits with 137',
    async ({ random, count }) => {
      const workspace = newShop();
      const calls = take(shopCalls(random), 200);
      const traffic = new Traffic(startShop(workspace), calls, random.between(1, 12));
      const flowing = traffic.run();
      await traffic.reaches(1);
      const [server] = workspace.survivors().filter((pid) => pid !== traffic.fuze.pid);
      if (server === undefined) throw new Error('the server is not there');
      await traffic.reaches(traffic.answers.size + random.between(0, 40));
      await random.moment();
      // What is sent before is in the pipe, and fuze has time to read it; what came later might meet nobody.
      traffic.stop();
      process.kill(server, 'SIGKILL');
      expect(await traffic.fuze.closed).toEqual({ code: 137, signal: null });
      await flowing;
      await nothingRuns(workspace);

      const answered = traffic.answered();
      expect(answered).toHaveLength(traffic.sent.size);
      const lost = answered.filter(({ answer }) => answer.error !== undefined);
      const records = callRecords(workspace, TRACE);
      let forwarded = 0;
      for (const { id, call, answer } of answered) {
        const record = records.get(String(id));
        if (answer.error === undefined) {
          expect(answer.decision).toBeUndefined();
          expect(record).toMatchObject({ tool: call.tool, outcome: 'success' });
          continue;
        }
        expect(answer.error.code).toBe(-32000);
        expect(answer.error.message).toMatch(/the server exited \(signal SIGKILL\)/);
        // Without a record it came when the server had gone, and was never forwarded.
        if (record === undefined) continue;
        expect(record).toMatchObject({ tool: call.tool, outcome: 'server_exited' });
        if (call.effect !== undefined) forwarded += 1;
      }
      count('answered by the server', answered.length - lost.length);
      count('in flight', lost.length);
      count('effects in flight', forwarded);
      expect((await verified(workspace)).verdict).toBe('closed');
      const unknown = await effectsOnRecord(workspace, 'unknown');
      expect(unknown).toHaveLength(forwarded);
      for (const { reason } of unknown) expect(reason).toBe('server exited');

      const repeated = lost.map(({ call }) => call).filter(({ effect }) => effect !== undefined);
      const again = new Traffic(startShop(workspace), repeated, 12, 1_000);
      await again.run();
      await finish(again.fuze);
      const done = carriedOut(workspace);
      expect([...done].filter(([, times]) => times > 1)).toEqual([]);
      const fates = again.answered().map(({ answer }) => fateOf(answer));
      expect(fates.filter((fate) => fate === 'unknown')).toHaveLength(forwarded);
      expect(fates.filter((fate) => fate === 'ran')).toHaveLength(repeated.length - forwarded);
    },
    { mustHappen: ['answered by the server', 'in flight', 'effects in flight'] },
  );
});

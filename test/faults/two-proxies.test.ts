import { describe, expect } from 'vitest';
import { faultTest } from './support/rounds.js';
import { carriedOut, newShop, nothingRuns, startShop, TRACE, verified } from './support/shop.js';
import { fateOf } from './support/shop-traffic.js';

const RACES = 5;
const SIBLING = TRACE.replace('.jsonl', '-2.jsonl');

const mail = (number: number) => ({ to: 'ada@example.com', subject: `mail ${number}`, body: '' });

describe('two proxies over one ledger and one trace', () => {
  faultTest(
    'the same side effect sent to both at the same moment runs once, and both get its result',
    async ({ random, count }) => {
      const workspace = newShop();
      const both = [startShop(workspace), startShop(workspace)] as const;
      // Both servers are up, so that the calls meet.
      await Promise.all(both.map((fuze) => fuze.call('search', { query: 'lamp' })));
      for (let race = 0; race < RACES; race += 1) {
        const [first, second] = random.chance(0.5) ? both : [both[1], both[0]];
        const leading = first.call('send_email', mail(race));
        if (random.chance(0.5)) await random.moment(4);
        const answers = await Promise.all([leading, second.call('send_email', mail(race))]);
        const fates = answers.map(fateOf);
        expect([...fates].sort()).toEqual(['ran', 'replayed']);
        expect(answers[0].result?.content).toEqual(answers[1].result?.content);
        count(fates[0] === 'ran' ? 'the first one ran' : 'the second one ran');
      }
      for (const fuze of both) fuze.endInput();
      for (const fuze of both) expect((await fuze.closed).code).toBe(0);
      await nothingRuns(workspace);
      expect([...carriedOut(workspace).values()]).toEqual(Array(RACES).fill(1));

      for (const trace of [TRACE, SIBLING]) {
        const { verdict, said } = await verified(workspace, trace);
        expect(verdict, said).toBe('closed');
      }
      const notices = both.map(({ stderr }) => stderr).join('');
      expect(notices.match(/another process writes .*; writing .*-2\.jsonl instead/g)).toHaveLength(
        1,
      );
    },
    { short: 3, mustHappen: ['the first one ran', 'the second one ran'] },
  );

  faultTest(
    'one of them is killed: the other never runs what may have run',
    async ({ random, count }) => {
      const workspace = newShop();
      const victim = startShop(workspace);
      const survivor = startShop(workspace);
      const both = [victim, survivor];
      await Promise.all(both.map((fuze) => fuze.call('search', { query: 'lamp' })));
      const numbers = Array.from({ length: RACES }, (_, index) => index);
      // The victim's answers may never come, and nobody waits for them.
      const told = numbers.map((number) => victim.call('send_email', mail(number)));
      for (const answer of told) answer.catch(() => {});
      if (random.chance(0.7)) await random.moment(15);
      const answers = numbers.map((number) => survivor.call('send_email', mail(number)));
      await Promise.all(told.slice(0, random.between(0, RACES - 1)));
      await random.moment(10);
      victim.signal('SIGKILL');
      for (const answer of await Promise.all(answers)) count(fateOf(answer));
      await victim.closed;
      survivor.endInput();
      expect((await survivor.closed).code).toBe(0);
      await nothingRuns(workspace);
      expect([...carriedOut(workspace)].filter(([, times]) => times > 1)).toEqual([]);
      const verdicts = [
        (await verified(workspace)).verdict,
        (await verified(workspace, SIBLING)).verdict,
      ];
      // The victim's is open, whichever it had; unless it was killed before its first word.
      expect(verdicts).toContain('closed');
      expect(verdicts).not.toContain('broken');
    },
    { short: 3, mustHappen: ['ran', 'replayed', 'unknown'] },
  );
});

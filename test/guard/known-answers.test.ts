import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/guard/fingerprint.js';
import { type KnownAnswer, KnownAnswers } from '../../src/guard/known-answers.js';

function answer(times: number): KnownAnswer {
  return {
    print: fingerprintOf(`answer ${times}`),
    times,
    at: times + 0.25,
    place: 10 * times,
    unfinished: times % 2 === 0,
  };
}

describe('KnownAnswers', () => {
  it('tells the last answer to each of the last thousand keys', () => {
    const key = fc.nat(1_500);
    fc.assert(
      fc.property(fc.array(key, { minLength: 3_000, maxLength: 5_000 }), (keys) => {
        const known = new KnownAnswers();
        const last = new Map<number, number>();
        keys.forEach((one, index) => {
          known.set(fingerprintOf(`key ${one}`), answer(index + 1));
          last.delete(one);
          last.set(one, index + 1);
        });
        for (const [one, times] of [...last].slice(-1_000)) {
          expect(known.get(fingerprintOf(`key ${one}`))).toEqual(answer(times));
        }
        for (const [one, times] of last) {
          expect([answer(times), undefined]).toContainEqual(known.get(fingerprintOf(`key ${one}`)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('forgets what was not answered for two thousand others', () => {
    const known = new KnownAnswers();
    known.set(fingerprintOf('old'), answer(1));
    for (let index = 0; index < 2_000; index += 1)
      known.set(fingerprintOf(`key ${index}`), answer(1));
    expect(known.get(fingerprintOf('old'))).toBeUndefined();
    expect(known.get(fingerprintOf('key 1999'))).toEqual(answer(1));
    known.clear();
    expect(known.get(fingerprintOf('key 1999'))).toBeUndefined();
  });
});

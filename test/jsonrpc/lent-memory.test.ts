import { describe, expect, it } from 'vitest';
import { LentMemory } from '../../src/jsonrpc/lent-memory.js';
import { finderFor } from '../../src/jsonrpc/scanned-memory.js';

function pieces(length: number, letter: string): Buffer[] {
  const whole = Buffer.alloc(length, letter);
  return [whole.subarray(0, length / 3), whole.subarray(length / 3)];
}

const NOBODY = { areAny: false, letGo: () => {} };

describe('LentMemory', () => {
  it('puts one message after the other together in the same memory, however long they are', () => {
    const memory = new LentMemory(NOBODY);
    for (const length of [10, 300_000, 5, 3_000_000, 100]) {
      const letter = String(length)[0] ?? '';
      const message = memory.gather(pieces(length, letter));
      expect(message.equals(Buffer.alloc(length, letter))).toBe(true);
      expect(finderFor(message.buffer)).toBeDefined();
    }
    const [one, other] = [memory.gather(pieces(10, 'a')), memory.gather(pieces(10, 'b'))];
    expect(one.buffer).toBe(other.buffer);
    expect(one.toString()).toBe('b'.repeat(10));
  });

  it('keeps what is in use, and asks its users to let go before it takes that or moves', () => {
    let held: Buffer[] = [];
    let intact = true;
    let asked = 0;
    const memory = new LentMemory({
      get areAny() {
        return held.length > 0;
      },
      letGo: () => {
        asked += 1;
        intact &&= held.every((message) => message.every((byte) => byte === message[0]));
        held = [];
      },
    });
    const use = (length: number, letter: string): void => {
      const message = memory.gather(pieces(length, letter));
      held.push(message);
    };
    for (let number = 0; number < 200; number += 1) {
      use(10_000, String.fromCharCode(0x61 + (number % 26)));
    }
    use(3_000_000, 'x');
    expect(held).toHaveLength(1);
    use(10_000, 'y');
    expect(intact).toBe(true);
    // Some dozen of 10 kB go together, the more the larger it has grown.
    expect(asked).toBeGreaterThan(2);
    expect(asked).toBeLessThan(12);
  });

  it('has memory of its own for what is very long', () => {
    const memory = new LentMemory(NOBODY);
    const message = memory.gather(pieces(17 * 1024 * 1024, 'x'));
    memory.gather(pieces(10, 'y'));
    expect(message.every((byte) => byte === 0x78)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { LentMemory } from '../../src/jsonrpc/lent-memory.js';
import { finderFor } from '../../src/jsonrpc/scanned-memory.js';

function pieces(length: number, letter: string): Buffer[] {
  const whole = Buffer.alloc(length, letter);
  return [whole.subarray(0, length / 3), whole.subarray(length / 3)];
}

describe('LentMemory', () => {
  it('puts one message after the other together in the same memory, however long they are', () => {
    const memory = new LentMemory();
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

  it('has memory of its own for what is very long', () => {
    const memory = new LentMemory();
    const message = memory.gather(pieces(17 * 1024 * 1024, 'x'));
    memory.gather(pieces(10, 'y'));
    expect(message.every((byte) => byte === 0x78)).toBe(true);
  });
});

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RelayAftermaths } from '../../src/transport/relay-aftermaths.js';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function part(): { isWanted: boolean; abort: () => void; has: () => boolean } {
  return { isWanted: false, abort: vi.fn(), has: () => true };
}

it('gives a request up after a minute for which nobody waits', () => {
  const unwanted = part();
  new RelayAftermaths().begin(unwanted);
  vi.advanceTimersByTime(59_999);
  expect(unwanted.abort).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(unwanted.abort).toHaveBeenCalledOnce();
});

it('leaves one alone in which another call is waited for, as long as it is', () => {
  const batch = part();
  batch.isWanted = true;
  new RelayAftermaths().begin(batch);
  vi.advanceTimersByTime(150_000);
  expect(batch.abort).not.toHaveBeenCalled();
  batch.isWanted = false;
  vi.advanceTimersByTime(60_000);
  expect(batch.abort).toHaveBeenCalledOnce();
});

it('leaves alone what has ended', () => {
  const ended = part();
  const aftermaths = new RelayAftermaths();
  aftermaths.begin(ended);
  aftermaths.end(ended);
  vi.advanceTimersByTime(120_000);
  expect(ended.abort).not.toHaveBeenCalled();
});

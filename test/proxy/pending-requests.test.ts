import { describe, expect, it } from 'vitest';
import { PendingRequests } from '../../src/proxy/pending-requests.js';
import { idOf, request } from './support/messages.js';

function pendingOf(...ids: string[]): PendingRequests {
  const pending = new PendingRequests();
  for (const id of ids) pending.add(request(id));
  return pending;
}

const taken = (pending: PendingRequests, id: string): string | undefined =>
  pending.take(idOf(id))?.id.raw;

describe('PendingRequests', () => {
  it('gives each request once, by its id', () => {
    const pending = pendingOf('1', '"1"', '0', '""', '1.5');
    expect(pending.size).toBe(5);
    expect(taken(pending, '"1"')).toBe('"1"');
    expect(taken(pending, '"1"')).toBeUndefined();
    expect([taken(pending, '1'), taken(pending, '0'), taken(pending, '""')]).toEqual([
      '1',
      '0',
      '""',
    ]);
    // Another spelling of the same number, as a server may write it.
    expect(taken(pending, '1.50')).toBe('1.5');
    expect(pending.size).toBe(0);
  });

  it('keeps a request from an answer while it is held', () => {
    const pending = new PendingRequests();
    const held = { ...request('1'), held: true };
    pending.add(held);
    expect(taken(pending, '1')).toBeUndefined();
    expect(pending.has(idOf('1'))).toBe(true);
    held.held = false;
    expect(taken(pending, '1')).toBe('1');
  });

  it('finds the request when the server has rounded its id to a double', () => {
    const pending = pendingOf('9007199254740993');
    expect(pending.has(idOf('9007199254740992'))).toBe(false);
    expect(taken(pending, '9007199254740992')).toBe('9007199254740993');
    expect(pending.size).toBe(0);
  });

  it('finds the exact id before one that is rounded to it', () => {
    const pending = pendingOf('9007199254740993', '9007199254740992');
    expect(taken(pending, '9007199254740992')).toBe('9007199254740992');
    expect(taken(pending, '9007199254740992')).toBe('9007199254740993');
  });

  it('gives every one of several that are rounded to the same id', () => {
    const ids = ['9007199254740993', '9007199254740992', '18014398509481985', '18014398509481983'];
    const pending = pendingOf(...ids, '18014398509481984');
    const answers = ['18014398509481984', '18014398509481984', '18014398509481984'];
    expect(answers.map((id) => taken(pending, id)).sort()).toEqual([
      '18014398509481983',
      '18014398509481984',
      '18014398509481985',
    ]);
    pending.remove(request('9007199254740992'));
    expect(taken(pending, '9007199254740992')).toBe('9007199254740993');
    expect(pending.size).toBe(0);
  });

  it('loses none over many', () => {
    const pending = new PendingRequests();
    for (let id = 0; id < 10_000; id += 1) {
      pending.add(request(String(id)));
      if (id >= 3) expect(taken(pending, String(id - 3))).toBe(String(id - 3));
    }
    expect(pending.all().map(({ id }) => id.raw)).toEqual(['9997', '9998', '9999']);
  });

  it('remembers for a while what was given up', () => {
    const pending = new PendingRequests();
    const late = request('1');
    pending.add(late);
    pending.giveUp(late);
    expect(pending.size).toBe(0);
    expect(taken(pending, '1')).toBeUndefined();
    expect(pending.takeLate(idOf('1'))?.id.raw).toBe('1');
    expect(pending.takeLate(idOf('1'))).toBeUndefined();
  });

  it('forgets it when its id is used again: an answer is for the new request', () => {
    const pending = new PendingRequests();
    pending.add(request('1'));
    pending.giveUp(request('1'));
    pending.add(request('1'));
    expect(pending.takeLate(idOf('1'))).toBeUndefined();
  });

  it('remembers the last 256 of them', () => {
    const pending = new PendingRequests();
    for (let id = 0; id <= 256; id += 1) pending.giveUp(request(String(id)));
    expect(pending.takeLate(idOf('0'))).toBeUndefined();
    expect(pending.takeLate(idOf('1'))?.id.raw).toBe('1');
    expect(pending.takeLate(idOf('256'))?.id.raw).toBe('256');
  });
});

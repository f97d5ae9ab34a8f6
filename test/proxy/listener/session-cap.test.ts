import { describe, expect, it } from 'vitest';
import { SessionCap } from '../../../src/proxy/listener/session-cap.js';

describe('SessionCap', () => {
  it('lets in as many as are allowed, and says why no more', () => {
    const cap = new SessionCap(() => 2);
    expect([cap.enter(), cap.full, cap.enter()]).toEqual([undefined, undefined, undefined]);
    expect(cap.enter()).toMatch(/^2 sessions are open, and max_sessions/);
    expect(cap.full).toBe(cap.enter());
    cap.leave();
    expect([cap.full, cap.enter()]).toEqual([undefined, undefined]);
    expect(cap.full).toBeDefined();
  });

  it('goes by the limit in force: a lowered one ends no session, and lets in none', () => {
    let most = 2;
    const cap = new SessionCap(() => most);
    cap.enter();
    cap.enter();
    most = 1;
    cap.leave();
    expect(cap.full).toMatch(/^1 sessions? /);
    most = 3;
    expect(cap.full).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { fixture, startProxy } from '../support/fuze-process.js';

describe('a call that takes too long', () => {
  it('is answered like a refusal, and the server is told to cancel it', async () => {
    const fuze = startProxy(fixture('raw-server'), {
      config: '[proxy.tools.never]\ntimeout = "50ms"\n',
      env: { RAW_LOG: 'server.log' },
    });
    const answer = await fuze.call('never', {}, 'slow');
    expect(answer.isToolError).toBe(true);
    expect(answer.decision).toMatchObject({ check: 'timeout', timeoutMs: 50, tool: 'never' });
    expect(answer.toolText).toContain('within 0.05 s');
    await fuze.request('ping');
    expect(fuze.workspace.read('server.log').toString()).toMatch(
      /"notifications\/cancelled".*"requestId":"slow"/,
    );
  });

  it('is worded with care where repeating could do harm', async () => {
    const words = async (config: string) => {
      const fuze = startProxy(fixture('raw-server'), { config });
      return (await fuze.call('never')).toolText;
    };
    const plain = await words('[proxy.tools.never]\ntimeout = "20ms"\n');
    const effect = await words('[proxy.tools.never]\ntimeout = "20ms"\nside_effect = true\n');
    expect(plain).not.toContain('may have taken effect');
    expect(effect).toContain('may have taken effect');
  });

  it('may go on as long as progress comes, up to ten times the timeout', async () => {
    const fuze = startProxy(fixture('raw-server'), {
      config: '[proxy.tools."*"]\ntimeout = "2s"\n',
    });
    const call = (name: string, args: object, token: string) =>
      fuze.request('tools/call', { name, arguments: args, _meta: { progressToken: token } });
    // 30 steps of 150 ms take more than twice the timeout; without progress it would end after one.
    const answer = await call('progress', { steps: 30, every_ms: 150 }, 'a');
    expect(answer.isToolError).toBe(false);
    const endless = startProxy(fixture('raw-server'), {
      config: '[proxy.tools."*"]\ntimeout = "100ms"\n',
    });
    const given = await endless.request('tools/call', {
      name: 'progress-never',
      arguments: { steps: 100_000, every_ms: 10 },
      _meta: { progressToken: 'b' },
    });
    expect(given.decision).toMatchObject({ check: 'timeout' });
  });
});

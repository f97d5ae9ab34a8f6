import { describe, expect, it } from 'vitest';
import { startProxy } from './support/fuze-process.js';

/** Says on stderr that it began. */
const COMMAND = [
  process.execPath,
  '-e',
  "process.stderr.write('it began\\n'); process.stdin.resume()",
] as const;

describe('the server of fuze proxy', () => {
  it.each([
    ['before the rest of fuze is loaded, where nothing is set', [], undefined],
    ['after the configuration, where there is one', [], '[proxy]\nmax_iterations = 5\n'],
    ['after the options, where one has to be looked at', ['--trace', 'trace.jsonl'], undefined],
    ['by the command, where an option is written in another way', ['--name=n'], undefined],
  ])('is started %s, and once', async (_, flags, config) => {
    const fuze = startProxy([...COMMAND], { flags, ...(config === undefined ? {} : { config }) });
    await fuze.stderrMatches(/it began/);
    fuze.child.stdin.end();
    expect((await fuze.closed).code).toBe(0);
    expect(fuze.stderr.match(/it began/g)).toHaveLength(1);
  });

  it('that cannot be started is told of, however early it was', async () => {
    const fuze = startProxy(['no-such-command-anywhere']);
    expect((await fuze.request('ping')).error?.message).toContain('command not found');
    expect((await fuze.closed).code).toBe(127);
  });
});

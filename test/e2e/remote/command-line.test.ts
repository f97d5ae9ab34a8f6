import { describe, expect, it } from 'vitest';
import { runFuze, startFuze } from '../support/fuze-process.js';
import { json, plainServer, said, serveHttp } from '../support/http-server.js';

const URL_FLAG = ['--url', 'http://127.0.0.1:1/mcp'];

describe('fuze proxy --url', () => {
  it.each([
    [['--url', 'localhost'], '--url: not a URL'],
    [['--url', 'ftp://host/mcp'], '--url: found ftp://, allowed is http:// or https://'],
    [['--url', 'http://me:hunter2@host/mcp'], '--url: a user or password in a URL'],
    [[...URL_FLAG, '--transport', 'stdio'], '--transport: found "stdio", allowed is http or sse'],
    [[...URL_FLAG, '--header', 'X-Key hunter2'], '--header (number 1): it has no colon'],
    [[...URL_FLAG, '--header', `X-Key: \${NOT_SET_HERE}`], 'the variable NOT_SET_HERE is not set'],
    [[...URL_FLAG, '--', 'node'], '--url: names the server, and so does the command'],
    [['--header', 'X: 1', '--', 'node'], '--header: is for a server that --url names'],
    [[], 'no server: name it as --url https://host/mcp, or as a command to start after --'],
  ])('with %j is exit 2', async (flags, words) => {
    const { code, stderr, stdout } = await runFuze(['proxy', ...flags]);
    expect(stderr).toContain(words);
    expect(stderr).not.toContain('hunter2');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('sends its headers with every request, filled in from the environment', async () => {
    const server = await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'ok'))),
    );
    const flags = ['--header', `Authorization: Bearer \${TOKEN}`, '--header', 'X-Team: a b'];
    const env = { TOKEN: 'hunter2' };
    const fuze = startFuze(['proxy', '--verbose', '--url', server.origin, ...flags], { env });
    await fuze.initialize();
    await fuze.call('tell');
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    for (const { request } of server.seen) {
      expect(request.headers).toMatchObject({ authorization: 'Bearer hunter2', 'x-team': 'a b' });
    }
    expect(fuze.stderr).not.toContain('hunter2');
  });

  it('names the server by host and path, without its query', async () => {
    const server = await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'ok'))),
    );
    const url = `${server.origin}/mcp?key=hunter2`;
    const fuze = startFuze(['proxy', '--trace', 'trace.jsonl', '--url', url]);
    await fuze.initialize();
    await fuze.call('tell');
    const [start] = fuze.workspace.jsonLines('trace.jsonl');
    const name = `${new URL(url).host}/mcp#`;
    expect(JSON.stringify(start)).toContain(name);
    expect(fuze.workspace.read('trace.jsonl').toString()).not.toContain('hunter2');
  });

  it('switched off passes every call, unguarded', async () => {
    const server = await serveHttp(
      plainServer((received) => json(received, said(received.message.id, 'ok'))),
    );
    const config = '[proxy]\nmax_iterations = 1\n';
    const env = { FUZE: '0' };
    const fuze = startFuze(['proxy', '--url', server.origin], { config, env });
    await fuze.initialize();
    for (let call = 0; call < 5; call += 1) expect((await fuze.call('tell')).toolText).toBe('ok');
    await server.close();
    expect((await fuze.call('tell')).error?.message).toContain('fuze: ');
    fuze.endInput();
    expect((await fuze.closed).code).toBe(0);
    expect(fuze.stderr).toContain('switched off by the environment');
  });

  it('ends with 143 after SIGTERM, and ends the session', async () => {
    const server = await serveHttp(
      plainServer(
        () => {},
        () => 's1',
      ),
    );
    const fuze = startFuze(['proxy', '--url', server.origin]);
    await fuze.initialize();
    fuze.signal('SIGTERM');
    expect((await fuze.closed).code).toBe(143);
    expect(server.seen.at(-1)?.request.method).toBe('DELETE');
  });
});

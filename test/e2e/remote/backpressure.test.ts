import { createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { startFuze } from '../support/fuze-process.js';
import { eventText, openEvents, plainServer, said, serveHttp } from '../support/http-server.js';
import { callText, memoryOf, standstill } from '../support/raw-proxy.js';
import { onTeardown } from '../support/teardown.js';

const MIB = 1 << 20;

describe.runIf(process.platform === 'linux')('memory', () => {
  it('stays flat when a remote server says more than the client reads', async () => {
    const text = eventText({
      jsonrpc: '2.0',
      method: 'notifications/message',
      params: { level: 'info', data: 'x'.repeat(64_000) },
    });
    let sent = 0;
    const server = await serveHttp(
      plainServer(async (received) => {
        const write = openEvents(received);
        const { response, message } = received;
        for (; sent < 3_000; sent += 1) {
          write(text);
          if (response.writableNeedDrain) await new Promise((go) => response.once('drain', go));
        }
        write(eventText(said(message.id, 'done')));
        response.end();
      }),
    );
    const fuze = startFuze(['proxy', '--url', server.origin]);
    await fuze.initialize();
    fuze.pauseOutput();
    await fuze.write(`${callText('7', 'flood')}\n`);
    expect(await standstill(() => sent)).toBeLessThan(1_500);
    expect(memoryOf(fuze.pid, 'VmHWM')).toBeLessThan(250 * MIB);
    fuze.resumeOutput();
    expect((await fuze.response(7)).toolText).toBe('done');
    expect(memoryOf(fuze.pid, 'VmHWM')).toBeLessThan(300 * MIB);
  });

  it('stays flat when the client says more than a remote server reads', async () => {
    const sockets = new Set<Socket>();
    // Accepts connections and reads nothing.
    const deaf = createServer({ pauseOnConnect: true }, (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    onTeardown(() => {
      for (const socket of sockets) socket.destroy();
      deaf.close();
    });
    const address = deaf.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const flags = ['--transport', 'http', '--url', `http://127.0.0.1:${port}/mcp`];
    const fuze = startFuze(['proxy', ...flags]);
    let taken = 0;
    const params = { text: 'x'.repeat(100_000) };
    const flood = async (): Promise<void> => {
      for (let id = 0; id < 5_000; id += 1) {
        await fuze.send({ jsonrpc: '2.0', id, method: 'resources/read', params });
        taken += 1;
      }
    };
    flood().catch(() => {});
    expect(await standstill(() => taken)).toBeLessThan(2_000);
    expect(memoryOf(fuze.pid, 'VmHWM')).toBeLessThan(300 * MIB);
    expect(sockets.size).toBeLessThanOrEqual(256);
  });
});

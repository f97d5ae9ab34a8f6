import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { thisProcess } from '../process/identity.js';
import { answerLine } from './answer-question.js';
import { type LiveProxy, MAX_QUESTION_BYTES, PROTOCOL, type ProxyFacts } from './protocol.js';
import {
  createFolder,
  type ProxyEntry,
  proxiesFolder,
  removeEntry,
  removeSocket,
  writeEntry,
} from './proxy-entry.js';
import { socketAddresses } from './socket-address.js';

/** Whoever asks says so at once. */
const QUESTION_MS = 5_000;
const MAX_CONNECTIONS = 32;

function serve(connection: Socket, proxy: LiveProxy): void {
  let text = '';
  connection.setEncoding('utf8');
  connection.setTimeout(QUESTION_MS, () => connection.destroy());
  // Whoever asks may leave before the answer.
  connection.on('error', () => connection.destroy());
  connection.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end !== -1) connection.end(answerLine(text.slice(0, end), proxy));
    else if (text.length > MAX_QUESTION_BYTES) connection.destroy();
  });
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Listens at the first address that works, and tells which one. Throws what the last one threw. */
async function listenSomewhere(server: Server, folder: string): Promise<string> {
  let problem: unknown = new Error('no path for a socket is short enough');
  for (const address of socketAddresses(folder, thisProcess().nonce)) {
    try {
      await listen(server, address);
      return address;
    } catch (error) {
      problem = error;
      removeSocket(folder, address);
    }
  }
  throw problem;
}

/**
 * Puts this process into the user's registry of live proxies, and answers questions from there on. The function that it
 * resolves with takes it out again, synchronously. Rejects with what the file system says.
 */
export async function announce(
  home: string,
  facts: ProxyFacts,
  proxy: LiveProxy,
): Promise<() => void> {
  const folder = proxiesFolder(home);
  createFolder(folder);
  const server = createServer((connection) => serve(connection.unref(), proxy));
  server.maxConnections = MAX_CONNECTIONS;
  server.unref();
  const socket = await listenSomewhere(server, folder);
  const entry: ProxyEntry = {
    ...facts,
    fuze: PROTOCOL,
    process: thisProcess(),
    host: hostname(),
    socket,
  };
  const close = (): void => {
    process.off('exit', close);
    removeEntry(folder, entry);
    server.close();
  };
  process.on('exit', close);
  try {
    if (process.platform !== 'win32') chmodSync(socket, 0o600);
    writeEntry(folder, entry);
  } catch (error) {
    close();
    throw error;
  }
  return close;
}

import { readdirSync, readlinkSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { descendantsOf } from '../../../src/process/descendants.js';
import {
  type Command,
  type FuzeProcess,
  fuzeBin,
  startDirect,
  Workspace,
} from '../../e2e/support/fuze-process.js';
import { memoryOf } from '../../e2e/support/raw-proxy.js';
import { LoadClient } from './load-client.js';

/** True for the long form, `npm run test:load`. */
export const LONG = process.env.FUZE_LOAD === '1';

/** Collects garbage on SIGUSR2 and tells on stderr what is left. */
const PROBE = `
let times = 0;
process.on('SIGUSR2', () => {
  gc(); gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.stderr.write('heap ' + ++times + ': ' + (heapUsed + arrayBuffers) + '.\\n');
});`;

/**
 * The cheapest server there is, a megabyte of memory instead of forty: answers every request with the argument `mark`
 * and the process id.
 */
export const SHELL_SERVER: Command = [
  'sh',
  '-c',
  `while IFS= read -r line; do
    case $line in *'"id":'*) ;; *) continue ;; esac
    id=\${line#*\\"id\\":}; id=\${id%%[,\\}]*}
    case $line in
      *'"initialize"'*) result='"protocolVersion":"2025-11-25","capabilities":{"tools":{}},"serverInfo":{"name":"shell","version":"1"}' ;;
      *) mark=\${line#*\\"mark\\":\\"}; mark=\${mark%%\\"*}
        result="\\"content\\":[{\\"type\\":\\"text\\",\\"text\\":\\"$mark $$\\"}]" ;;
    esac
    printf '{"jsonrpc":"2.0","id":%s,"result":{%s}}\\n' "$id" "$result"
  done`,
];

/** What a fuze holds at one moment. */
export interface Holdings {
  readonly children: number;
  /** Connections and listening sockets; pipes to servers are no sockets to a client, but are counted too. */
  readonly descriptors: number;
  readonly sessions: number;
  readonly runs: number;
}

/** `fuze proxy --listen`, and what can be counted of it from outside. */
export class ListeningFuze {
  private heaps = 0;

  private constructor(
    readonly fuze: FuzeProcess,
    readonly origin: string,
  ) {}

  static async start(
    target: readonly string[],
    config = '',
    env: Readonly<Record<string, string>> = {},
  ): Promise<ListeningFuze> {
    const workspace = new Workspace(config);
    const probe = workspace.write('probe.cjs', PROBE);
    const node = [process.execPath, '--expose-gc', '--require', probe] as const;
    const listen = ['proxy', '--listen', '127.0.0.1:0'];
    const fuze = startDirect([...node, fuzeBin, ...listen, ...target], {
      workspace,
      env,
    });
    await fuze.stderrMatches(/listening on http:/);
    const origin = /listening on (http:\/\/[^/]+)/.exec(fuze.stderr)?.[1];
    if (origin === undefined) throw new Error(fuze.stderr);
    return new ListeningFuze(fuze, origin);
  }

  /** In front of a command. */
  static before(
    server: Command,
    config?: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<ListeningFuze> {
    return ListeningFuze.start(['--', ...server], config, env);
  }

  /** In front of a URL. */
  static beforeUrl(url: string, config?: string): Promise<ListeningFuze> {
    return ListeningFuze.start(['--url', url], config);
  }

  client(): LoadClient {
    return new LoadClient(this.origin);
  }

  /** Processes that fuze started and that still run. */
  get childPids(): readonly number[] {
    return descendantsOf(this.fuze.pid).map(({ pid }) => pid);
  }

  get children(): number {
    return this.childPids.length;
  }

  /** The most memory that it ever took, resident, in bytes. */
  get memory(): number {
    return memoryOf(this.fuze.pid, 'VmHWM');
  }

  get descriptors(): number {
    const dir = `/proc/${this.fuze.pid}/fd`;
    return readdirSync(dir).filter((name) => {
      try {
        return /^(socket|pipe):/.test(readlinkSync(`${dir}/${name}`));
      } catch {
        return false;
      }
    }).length;
  }

  /** Bytes of heap and buffers after a full collection. */
  async heap(): Promise<number> {
    this.heaps += 1;
    const pattern = new RegExp(`heap ${this.heaps}: (\\d+)\\.`);
    this.fuze.signal('SIGUSR2');
    await this.fuze.stderrMatches(pattern);
    return Number(pattern.exec(this.fuze.stderr)?.[1]);
  }

  async metric(name: string): Promise<number> {
    const client = this.client();
    const text = await client.get('/metrics');
    client.close();
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  async holdings(): Promise<Holdings> {
    const [sessions, runs] = await Promise.all([
      this.metric('fuze_sessions'),
      this.metric('fuze_runs'),
    ]);
    return { children: this.children, descriptors: this.descriptors, sessions, runs };
  }

  /** Waits until it holds no more than this. */
  async returnsTo(start: Holdings): Promise<void> {
    const returned = async (): Promise<void> => {
      const { descriptors, ...rest } = await this.holdings();
      expect(rest).toEqual({
        children: start.children,
        sessions: start.sessions,
        runs: start.runs,
      });
      expect(descriptors).toBeLessThanOrEqual(start.descriptors);
    };
    await vi.waitFor(returned, { timeout: 45_000, interval: 200 });
  }
}

const mebibytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** Prints figures: a load test that only says "passed" says little. */
export function report(what: string, from: number, to: number): void {
  process.stderr.write(`${what}: heap ${mebibytes(from)} before, ${mebibytes(to)} after\n`);
}

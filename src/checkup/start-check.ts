import { probeServer } from '../probe/probe-server.js';
import { ProbeError } from '../probe/probe-target.js';
import type { WrappedServer } from './client-check.js';
import type { Finding } from './finding.js';

/** How to try to start what the clients start. */
export interface StartOptions {
  /** Of fuze. */
  readonly version: string;
  /** Milliseconds for each. */
  readonly timeout: number;
  readonly env: NodeJS.ProcessEnv;
}

/** What a client passes on that is no terminal: the list of the MCP SDK, by system. */
const PASSED_ON =
  process.platform === 'win32'
    ? 'APPDATA HOMEDRIVE HOMEPATH LOCALAPPDATA PATH PROCESSOR_ARCHITECTURE SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE PROGRAMFILES'
    : 'HOME LOGNAME PATH SHELL TERM USER';

/** `${env:X}`, `${input:x}`, `${workspaceFolder}`: only the client knows what stands there. */
const PLACEHOLDER = /\$\{[^}]+\}/;

function environment(env: NodeJS.ProcessEnv, own: WrappedServer['env']): NodeJS.ProcessEnv {
  const names = PASSED_ON.split(' ').filter((name) => env[name] !== undefined);
  return { ...Object.fromEntries(names.map((name) => [name, env[name]])), ...own };
}

async function tryToStart(server: WrappedServer, options: StartOptions): Promise<Finding> {
  const { client, name, command, args, env } = server;
  const subject = `${client}: ${name}`;
  const words = [command, ...Object.values(env), ...args.filter((word) => !/^[\w-]+: /.test(word))];
  if (words.some((word) => PLACEHOLDER.test(word))) {
    const text = 'not started: only the client knows the values of its placeholders';
    return { subject, state: 'ok', text };
  }
  const where = {
    env: environment(options.env, env),
    cwd: process.platform === 'win32' ? `${options.env.SYSTEMDRIVE ?? 'C:'}\\` : '/',
  };
  try {
    const { tools } = await probeServer({ command, args, where }, options);
    return { subject, state: 'ok', text: `starts, and has ${tools.length} tools` };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    return {
      subject,
      state: 'broken',
      text: 'cannot be started as the client starts it',
      details: error.message.split('\n'),
      cure: 'docs/troubleshooting.md, "the client shows no tools"',
    };
  }
}

/** Starts every guarded server as its client would, in `/` and with little environment, and asks for its tools. */
export async function checkStarts(
  servers: readonly WrappedServer[],
  options: StartOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  // One after the other: ten servers at once would be slow for the wrong reason.
  for (const server of servers) findings.push(await tryToStart(server, options));
  return findings;
}

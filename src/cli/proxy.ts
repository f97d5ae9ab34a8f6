import { homedir } from 'node:os';
import type { Command } from 'commander';
import { loadSettings } from '../config/load.js';
import { readServer } from '../config/remote-server.js';
import { stateDir } from '../config/state-dir.js';
import { switchedOff } from '../config/switched-off.js';
import { packageVersion } from '../library/package-version.js';
import type { ServerAddress } from '../proxy/upstream.js';
import { keepHeapSmall } from './heap-size.js';
import { oneMore } from './one-more.js';
import { startServer, takeServer } from './started-server.js';

interface ProxyFlags {
  readonly config?: string;
  readonly stateDir?: string;
  readonly name?: string;
  readonly maxCost?: string;
  readonly maxIterations?: string;
  readonly trace?: string | boolean;
  readonly tripLog?: string;
  readonly shadow?: boolean;
  readonly verbose?: boolean;
  readonly url?: string;
  readonly transport?: string;
  readonly header?: readonly string[];
  readonly listen?: string;
  readonly token?: string;
}

function isOff(env: NodeJS.ProcessEnv): boolean {
  return env.FUZE === '0' || env.DRIFTGUARD_FUSE === '0';
}

function serverOf(
  command: string | undefined,
  args: readonly string[],
  flags: ProxyFlags,
): ServerAddress {
  const server = readServer(flags, command, process.env);
  return 'url' in server ? { ...server, headers: () => server.headers } : { ...server, args };
}

async function runUnguarded(server: ServerAddress, verbose: boolean): Promise<number> {
  if ('url' in server) {
    const { relayUnguarded } = await import('../proxy/relay-unguarded.js');
    return relayUnguarded(server, verbose);
  }
  const { passThrough } = await import('../proxy/pass-through.js');
  return passThrough(server.command, server.args, verbose);
}

async function run(server: ServerAddress, flags: ProxyFlags): Promise<number> {
  const verbose = flags.verbose === true;
  const off = isOff(process.env);
  if (off && flags.listen === undefined) return runUnguarded(server, verbose);
  const cwd = process.cwd();
  const home = homedir();
  const load = (config: string | undefined) => {
    const given = { flags: { ...flags, config }, env: process.env, cwd, home };
    const settings = loadSettings({ kind: 'proxy', ...given });
    return off ? switchedOff(settings) : settings;
  };
  const settings = load(flags.config);
  // Nothing can be wrong any more: the server starts while what guards it is loaded.
  if (!('url' in server) && flags.listen === undefined) startServer(server.command, server.args);
  // A listener serves many clients at once: what is under way then outlives more than one collection.
  if (flags.listen === undefined) keepHeapSmall();
  const [{ serverName }, { runProxy }] = await Promise.all([
    import('../proxy/server-name.js'),
    import('../proxy/run-proxy.js'),
  ]);
  const options = {
    server,
    name: flags.name ?? serverName(server),
    version: packageVersion(),
    stateDir: stateDir({ flag: flags.stateDir, file: settings.file, cwd, home }),
    home,
    verbose,
    settings,
    isOff: off,
    // The same file: one that appears elsewhere meanwhile is another configuration.
    reload: () => load(settings.file),
  };
  if (flags.listen === undefined) {
    const started = 'url' in server ? server : { ...server, started: takeServer() };
    return runProxy({ ...options, server: started });
  }
  const [{ listen }, { sayUnguarded }] = await Promise.all([
    import('./listen.js'),
    import('../proxy/stderr.js'),
  ]);
  if (off) sayUnguarded();
  return listen(flags.listen, options);
}

/** `fuze proxy`: guards a server that it starts, or that is elsewhere. */
export function addProxy(program: Command): void {
  program
    .command('proxy')
    .summary('start an MCP server, or reach a remote one, and guard every tool call to it')
    .description(
      'Starts an MCP server, or reaches a remote one, and passes everything through, but guards every tools/call.',
    )
    .usage('[options] -- <command> [args...]\n       fuze proxy [options] --url <url>')
    .argument('[command]', 'the server, as you would start it without fuze')
    .argument('[args...]', 'its arguments')
    .option('--url <url>', 'the server is remote: its address, http or https')
    .option('--transport <kind>', 'of the remote server: http or sse (default: found out)')
    .option(
      '--header <header>',
      `'Name: value' for every request to the remote server; \${NAME} stands for a variable of the environment`,
      oneMore,
    )
    .option('--listen <[host:]port>', 'serve MCP over HTTP there (/mcp and /sse) instead of stdio')
    .option('--token <token>', 'with --listen: the bearer token that clients must show')
    .option(
      '--config <file>',
      'fuze.toml to use (default: FUZE_CONFIG, the working directory and its parents, ~/.fuze)',
    )
    .option(
      '--state-dir <dir>',
      'folder for ledger and trip logs (default: .fuze beside fuze.toml, else ~/.fuze)',
    )
    .option('--name <name>', 'name of the server in logs and traces')
    .option('--max-cost <usd>', 'overrides max_cost_per_run')
    .option('--max-iterations <n>', 'overrides max_iterations')
    .option('--trace [file]', 'write the trace, default ./fuze-proxy-traces.jsonl')
    .option('--trip-log <file>', 'the latest trip goes here too')
    .option('--shadow', 'decide and record, but let everything through')
    .option('--verbose', 'every call and decision on stderr')
    .addHelpText(
      'after',
      '\nExample:\n  fuze proxy --max-cost 2 -- npx -y @modelcontextprotocol/server-filesystem /tmp' +
        `\n  fuze proxy --url https://example.com/mcp --header 'Authorization: Bearer \${TOKEN}'`,
    )
    .passThroughOptions()
    .action(async (command: string | undefined, args: string[], flags: ProxyFlags) => {
      // The server's streams and timers would keep the process alive.
      process.exit(await run(serverOf(command, args, flags), flags));
    });
}

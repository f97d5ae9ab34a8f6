import { homedir } from 'node:os';
import type { Command } from 'commander';
import { packageVersion } from '../library/package-version.js';

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
  readonly listen?: string;
  readonly token?: string;
}

function isOff(env: NodeJS.ProcessEnv): boolean {
  return env.FUZE === '0' || env.DRIFTGUARD_FUSE === '0';
}

async function run(command: string, args: readonly string[], flags: ProxyFlags): Promise<number> {
  const verbose = flags.verbose === true;
  if (isOff(process.env)) {
    const { passThrough } = await import('../proxy/pass-through.js');
    return passThrough(command, args, verbose);
  }
  const [{ loadSettings }, { stateDir }, { runProxy }, { serverName }] = await Promise.all([
    import('../config/load.js'),
    import('../config/state-dir.js'),
    import('../proxy/run-proxy.js'),
    import('../proxy/server-name.js'),
  ]);
  const cwd = process.cwd();
  const home = homedir();
  const load = (config: string | undefined) =>
    loadSettings({ kind: 'proxy', flags: { ...flags, config }, env: process.env, cwd, home });
  const settings = load(flags.config);
  const options = {
    command,
    args,
    name: flags.name ?? serverName(command, args),
    version: packageVersion(),
    stateDir: stateDir({ flag: flags.stateDir, file: settings.file, cwd, home }),
    verbose,
    settings,
    // The same file: one that appears elsewhere meanwhile is another configuration.
    reload: () => load(settings.file),
  };
  if (flags.listen === undefined) return runProxy(options);
  const { listen } = await import('./listen.js');
  return listen(flags.listen, options);
}

/** `fuze proxy`: guards a server that it starts. */
export function addProxy(program: Command): void {
  program
    .command('proxy')
    .summary('start an MCP server and guard every tool call to it')
    .description('Starts an MCP server and passes everything through, but guards every tools/call.')
    .usage('[options] -- <command> [args...]')
    .argument('<command>', 'the server, as you would start it without fuze')
    .argument('[args...]', 'its arguments')
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
    .option('--listen <[host:]port>', 'serve MCP over HTTP there (/mcp and /sse) instead of stdio')
    .option('--token <token>', 'with --listen: the bearer token that clients must show')
    .option('--trip-log <file>', 'the latest trip goes here too')
    .option('--shadow', 'decide and record, but let everything through')
    .option('--verbose', 'every call and decision on stderr')
    .addHelpText(
      'after',
      '\nExample:\n  fuze proxy --max-cost 2 -- npx -y @modelcontextprotocol/server-filesystem /tmp',
    )
    .passThroughOptions()
    .action(async (command: string, args: string[], flags: ProxyFlags) => {
      // The server's streams and timers would keep the process alive.
      process.exit(await run(command, args, flags));
    });
}

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parseDuration } from '../config/duration.js';
import { readServer } from '../config/remote-server.js';
import { packageVersion } from '../library/package-version.js';
import { complain } from './complain.js';
import { endOnSignal } from './end-on-signal.js';
import { withExamples } from './examples.js';
import { oneMore } from './one-more.js';

interface InitFlags {
  readonly url?: string;
  readonly transport?: string;
  readonly header?: readonly string[];
  readonly output: string;
  readonly timeout: string;
}

const FAILED = 1;
const USAGE = 2;

/** The text of the file, or undefined where the server could not be read, which has then been said. */
async function textFor(
  command: string | undefined,
  args: readonly string[],
  flags: InitFlags,
  timeout: number,
): Promise<string | undefined> {
  const { emptyStarter, starterFor } = await import('../starter/starter-file.js');
  if (command === undefined && flags.url === undefined) return emptyStarter();
  const [{ probeServer }, { ProbeError }, { printable }] = await Promise.all([
    import('../probe/probe-server.js'),
    import('../probe/probe-target.js'),
    import('../config/printable.js'),
  ]);
  const server = readServer(flags, command, process.env);
  const target =
    'url' in server ? { ...server, headers: () => server.headers } : { ...server, args };
  try {
    return starterFor(await probeServer(target, { version: packageVersion(), timeout }));
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    const said = error.message.split('\n').map(printable).join('\n  ');
    complain(
      FAILED,
      `nothing was written: ${said}\nStart it without fuze to see whether it runs, or say "fuze init" alone for a file without its tools.`,
    );
    return undefined;
  }
}

async function init(
  command: string | undefined,
  args: readonly string[],
  flags: InitFlags,
): Promise<void> {
  const timeout = parseDuration(flags.timeout);
  if (timeout === undefined || timeout === 0) {
    complain(USAGE, `--timeout: found "${flags.timeout}", allowed is a duration such as "30s"`);
    return;
  }
  const file = resolve(flags.output);
  const { existsSync } = await import('node:fs');
  const isThere = `${file} is there already and was not changed. Write to another file with --output, or move it away.`;
  // Before a server is started for nothing.
  if (existsSync(file)) {
    complain(USAGE, isThere);
    return;
  }
  endOnSignal();
  const text = await textFor(command, args, flags, timeout);
  if (text === undefined) return;
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = error instanceof Error ? error.message : String(error);
    complain(
      code === 'EEXIST' ? USAGE : FAILED,
      code === 'EEXIST' ? isThere : `cannot write ${file}: ${reason}`,
    );
    return;
  }
  process.stdout.write(
    `wrote ${file}. Read it, take the # away from what should count, and see with "fuze doctor" what is in force.\n`,
  );
}

/** `fuze init`: exit 0 written, 1 the server could not be read or the file not written, 2 usage or the file is there. */
export function addInit(program: Command): void {
  const command = program
    .command('init')
    .summary('write a fuze.toml, with what the tools of a server suggest')
    .description(
      'Writes a fuze.toml into the working directory. With a server it is started, asked for its tools, and ended again; guesses are written as comments.',
    )
    .usage('[options] [-- <command> [args...]]\n       fuze init [options] --url <url>')
    .argument('[command]', 'the server, as you would start it without fuze')
    .argument('[args...]', 'its arguments')
    .option('--url <url>', 'the server is remote: its address, http or https')
    .option('--transport <kind>', 'of the remote server: http or sse (default: found out)')
    .option('--header <header>', `'Name: value' for requests to the remote server`, oneMore)
    .option('--output <file>', 'where to write', 'fuze.toml')
    .option('--timeout <duration>', 'how long the server may take', '60s')
    .passThroughOptions()
    .action(init);
  withExamples(command, [
    'fuze init',
    'fuze init -- npx -y @modelcontextprotocol/server-filesystem /tmp',
    'fuze init --url https://example.com/mcp --output limits.toml',
  ]);
}

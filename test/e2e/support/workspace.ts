import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTeardown } from './teardown.js';

/** A command and its arguments, the program first. */
export type Command = readonly [string, ...string[]];

const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/** The fuze of this checkout; needs `npm run build` beforehand. */
export const fuzeBin: string = join(packageRoot, 'bin', 'fuze.js');

/** A built fixture as a command, such as `fixture('raw-server', '--banner')`. */
export function fixture(name: string, ...args: readonly string[]): Command {
  return [process.execPath, join(packageRoot, 'dist', 'fixtures', `${name}.js`), ...args];
}

/** Every process started for a workspace inherits this, so that survivors can be told from strangers. */
const marker = 'FUZE_TEST_WORKSPACE';

function startedFor(dir: string): number[] {
  const wanted = `${marker}=${dir}`;
  let names: string[];
  try {
    names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
  return names.map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(wanted);
    } catch {
      return false;
    }
  });
}

/** Settings of the person who runs the tests must not leak into them. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(FUZE|DRIFTGUARD|FUSEGUARD|OTEL|VITEST|NODE_OPTIONS)/.test(name),
    ),
  );
}

/** A temporary folder with a home of its own; both are removed when the test ends. */
export class Workspace {
  readonly dir: string;
  readonly home: string;
  /** Where fuze keeps its state when it is not told otherwise. */
  readonly stateDir: string;

  /** `config` is the text of the folder's fuze.toml; without it there is none. */
  constructor(config?: string) {
    // Resolved, because on some systems the temporary folder is a link and paths are compared.
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'fuze-test-')));
    this.dir = join(root, 'work');
    this.home = join(root, 'home');
    mkdirSync(this.dir);
    mkdirSync(this.home);
    this.stateDir = join(config === undefined ? this.home : this.dir, '.fuze');
    if (config !== undefined) this.write('fuze.toml', config);
    onTeardown(() => {
      for (const pid of this.survivors()) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It ended by itself meanwhile.
        }
      }
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    });
  }

  /** The environment for everything that runs in this workspace. */
  env(more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
    return {
      ...cleanEnvironment(),
      HOME: this.home,
      USERPROFILE: this.home,
      [marker]: this.dir,
      ...more,
    };
  }

  path(...parts: readonly string[]): string {
    return join(this.dir, ...parts);
  }

  /** Writes a file of the folder and returns its path. */
  write(name: string, content: string | Buffer): string {
    const path = this.path(name);
    writeFileSync(path, content);
    return path;
  }

  /** The bytes of a file of the folder; empty when it does not exist. */
  read(name: string): Buffer {
    try {
      return readFileSync(this.path(name));
    } catch {
      return Buffer.alloc(0);
    }
  }

  /** The whole lines of a JSON Lines file, parsed. */
  jsonLines(name: string): Record<string, unknown>[] {
    const lines = this.read(name).toString('utf8').split('\n').slice(0, -1);
    return lines.map((line): Record<string, unknown> => JSON.parse(line));
  }

  /** Ids of processes started for this workspace that still run (Linux; elsewhere always none). */
  survivors(): number[] {
    return startedFor(this.dir);
  }
}

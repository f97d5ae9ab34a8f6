import { basename, dirname, join } from 'node:path';
import { resolvePath } from './paths.js';

/** `flag` is the value of `--state-dir`, `file` the absolute path of the `fuze.toml` in force. */
export interface StateDirInput {
  readonly flag?: string | undefined;
  readonly file: string | undefined;
  readonly cwd: string;
  readonly home: string;
}

/**
 * The folder for ledger and trip logs: where `--state-dir` says, else `.fuze` beside the file in force
 * (that folder itself when the file lies in one), else `~/.fuze`, since clients start servers in `/`.
 * Only computes the path; who writes there creates it.
 */
export function stateDir({ flag, file, cwd, home }: StateDirInput): string {
  if (flag !== undefined) return resolvePath(flag, cwd, home);
  if (file === undefined) return join(home, '.fuze');
  const folder = dirname(file);
  return basename(folder) === '.fuze' ? folder : join(folder, '.fuze');
}

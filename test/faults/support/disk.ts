import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTeardown } from '../../e2e/support/teardown.js';

function mount(size: string, path: string): string {
  const { status, stderr } = spawnSync(
    'mount',
    ['-t', 'tmpfs', '-o', `size=${size}`, 'fuze', path],
    {
      encoding: 'utf8',
    },
  );
  return status === 0 ? '' : stderr?.trim() || 'there is no mount here';
}

/** Why no small disk can be had here; empty where it can. */
export const noDisk: string = (() => {
  const probe = mkdtempSync(join(tmpdir(), 'fuze-disk-'));
  const reason = mount('64k', probe);
  if (reason === '') spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return reason;
})();

/** A real disk of a small size, in memory; it goes when the test ends. */
export class SmallDisk {
  readonly #ballast: string;

  constructor(
    readonly path: string,
    size: string,
  ) {
    mkdirSync(path);
    const reason = mount(size, path);
    if (reason !== '') throw new Error(`cannot mount ${path}: ${reason}`);
    this.#ballast = join(path, 'ballast');
    onTeardown(() => this.remove());
  }

  /** Writes until not one byte more fits. */
  fill(): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
        const piece = Buffer.alloc(size);
        for (;;) {
          try {
            if (writeSync(file, piece) < size) break;
          } catch {
            break;
          }
        }
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives back what `fill` took. */
  free(): void {
    rmSync(this.#ballast);
  }

  remove(): void {
    // Lazily, for a killed process may hold a file of it for a moment.
    spawnSync('umount', ['--lazy', this.path]);
  }
}

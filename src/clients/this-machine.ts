import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import type { System } from './client-table.js';
import type { Machine } from './locate-files.js';

/** WSL is told by the name of its kernel; the variable is missing under sudo. */
function isWsl(): boolean {
  try {
    return /microsoft/i.test(readFileSync('/proc/version', 'utf8'));
  } catch {
    return false;
  }
}

function systemOf(platform: NodeJS.Platform): System {
  if (platform === 'win32' || platform === 'darwin') return platform;
  return isWsl() ? 'wsl' : 'linux';
}

/** The machine and the user that this process runs for. */
export function thisMachine(): Machine {
  return {
    system: systemOf(process.platform),
    home: homedir(),
    cwd: process.cwd(),
    env: process.env,
  };
}

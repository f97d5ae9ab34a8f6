import { Command } from 'commander';
import { vi } from 'vitest';

/** Runs one command of fuze in this process, and returns what it printed and its exit code. */
export async function runCommand(
  add: (program: Command) => void,
  words: readonly string[],
): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
      text[stream] += String(chunk);
      return true;
    });
  }
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    const program = new Command().exitOverride();
    add(program);
    await program.parseAsync(['node', 'fuze', ...words]);
    return { code: Number(process.exitCode ?? 0), ...text };
  } finally {
    vi.restoreAllMocks();
    process.exitCode = before;
  }
}

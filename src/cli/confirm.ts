import { createInterface } from 'node:readline/promises';

/** Asks a question on the terminal. No answer (Ctrl-C, Ctrl-D) is a no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const gone = new AbortController();
  terminal.once('close', () => gone.abort());
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: gone.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch {
    process.stdout.write('\n');
    return false;
  } finally {
    terminal.close();
  }
}

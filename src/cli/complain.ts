/** Tells what could not be done, and sets the exit code. */
export function complain(exitCode: number, text: string): void {
  process.stderr.write(`fuze: ${text}\n`);
  process.exitCode = exitCode;
}

import { fileReason } from './error-text.js';

const FAILED = 1;

/** Who has read enough, such as `head`, closes the pipe: that is no fault. A full disk is, and is told. */
export function surviveClosedPipes(): void {
  process.stdout.on('error', (error) => {
    if ('code' in error && error.code === 'EPIPE') return;
    process.stderr.write(`fuze: the output cannot be written: ${fileReason(error)}\n`);
    process.exitCode = FAILED;
  });
  process.stderr.on('error', () => {});
}

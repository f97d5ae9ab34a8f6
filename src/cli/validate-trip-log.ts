import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Command, Option } from 'commander';
import type { SchemaVersion } from '../evidence/trip-log-schema.js';
import { fileReason } from './error-text.js';
import { withExamples } from './examples.js';

/** `fuze validate-trip-log <file>...`: exit 0 all valid, 1 one is invalid or unreadable, 2 wrong usage. */
export function addValidateTripLog(program: Command): void {
  const command = program
    .command('validate-trip-log')
    .description('check trip logs against their schema')
    .argument('<file...>', 'trip logs; - reads standard input')
    .addOption(
      new Option('--schema <version>', 'schema to check against')
        .choices(['v1', 'v2'])
        .default('v2'),
    )
    .action(async (files: string[], options: { schema: SchemaVersion }) => {
      const { validateTripLogBytes } = await import('../evidence/trip-log-validate.js');
      let exitCode = 0;
      for (const file of files) {
        let bytes: Uint8Array;
        try {
          bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
        } catch (error) {
          process.stderr.write(`invalid: ${file}\n  cannot be read: ${fileReason(error)}\n`);
          exitCode = 1;
          continue;
        }
        const violations = validateTripLogBytes(bytes, options.schema);
        if (violations.length === 0) {
          process.stdout.write(`valid: ${file}\n`);
          continue;
        }
        exitCode = 1;
        process.stderr.write(`invalid: ${file}\n`);
        for (const { pointer, message } of violations) {
          process.stderr.write(`  ${pointer === '' ? '(whole file)' : pointer}: ${message}\n`);
        }
      }
      process.exitCode = exitCode;
    });
  withExamples(command, ['fuze validate-trip-log .fuze/trips/*.json']);
}

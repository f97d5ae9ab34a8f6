import { accessSync, constants, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { verifyTrace } from '../evidence/verify.js';
import { openRecords } from '../ledger/effect-records.js';
import { LedgerError } from '../ledger/ledger-error.js';
import { type Finding, reasonOf } from './finding.js';

function existing(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : existing(dirname(path));
}

/** Whether ledger and trip logs can be written; a folder that is not there is not created for it. */
export function checkStateDir(folder: string): Finding {
  const subject = 'state folder';
  const there = existing(folder);
  try {
    if (!statSync(there).isDirectory()) throw new Error(`${there} is a file, not a folder`);
    accessSync(there, constants.W_OK | constants.X_OK);
    if (there === folder) {
      // Whether a full or read-only disk takes anything shows only so.
      const probe = join(folder, `.doctor-${process.pid}`);
      writeFileSync(probe, '', { flag: 'wx', mode: 0o600 });
      rmSync(probe);
    }
  } catch (error) {
    return {
      subject,
      state: 'broken',
      text: `${folder} cannot be written: ${reasonOf(error)}`,
      cure: 'Make it writable for you, or name another with --state-dir: without it side effects are refused.',
    };
  }
  const text =
    there === folder ? `${folder} can be written` : `${folder} is made when it is needed`;
  if (there === folder && process.platform !== 'win32' && (statSync(folder).mode & 0o077) !== 0) {
    const cure = `chmod 700 ${folder}`;
    return { subject, state: 'warning', text: `${text}, and others may look into it`, cure };
  }
  return { subject, state: 'ok', text };
}

/** Whether the ledger can be read, and whether somebody has to say what became of an effect. */
export function checkLedger(folder: string): Finding {
  const subject = 'ledger';
  const path = join(folder, 'ledger.db');
  let records: ReturnType<typeof openRecords>;
  try {
    records = openRecords(path);
    if (records === undefined)
      return { subject, state: 'ok', text: 'none yet: no side effect ran' };
    const all = records.list();
    const unknown = all.filter(({ state }) => state === 'unknown').length;
    const text = `${path} is intact, ${all.length} side effects, ${unknown} of them unknown`;
    if (unknown === 0) return { subject, state: 'ok', text };
    const cure =
      'See "fuze ledger list --state unknown", and say what happened with "fuze ledger resolve".';
    return { subject, state: 'warning', text, cure };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const cure = 'docs/ledger.md tells how to go on. Until then side effects are refused.';
    return { subject, state: 'broken', text: error.message, cure };
  } finally {
    records?.close();
  }
}

/** Whether the trace in force verifies. */
export async function checkTrace(path: string | undefined): Promise<Finding> {
  const subject = 'trace';
  if (path === undefined) {
    const cure = 'If you want evidence: trace = true in [proxy]';
    return { subject, state: 'ok', text: 'none is written', cure };
  }
  if (!existsSync(path)) return { subject, state: 'ok', text: `${path} is made at the first call` };
  try {
    const { verdict, records, findings } = await verifyTrace(path);
    const [first] = findings;
    if (first === undefined) {
      return { subject, state: 'ok', text: `${path} verifies, ${records} records, ${verdict}` };
    }
    const text = `${path} is ${verdict}, line ${first.line}: ${first.problem}: ${first.detail}`;
    const cure = `See all with "fuze verify ${path}", keep the file as evidence, and move it away.`;
    return { subject, state: 'broken', text, cure };
  } catch (error) {
    const text = `${path} cannot be read: ${reasonOf(error)}`;
    return {
      subject,
      state: 'broken',
      text,
      cure: 'Let it be a file that you can read and write.',
    };
  }
}

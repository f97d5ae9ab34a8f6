import { printable } from '../config/printable.js';
import type { Paint } from '../report/paint.js';
import type { Finding } from './finding.js';

const STATE_WIDTH = 'warning'.length;
const INDENT = ' '.repeat(STATE_WIDTH + 2);

function painted(state: Finding['state'], paint: Paint): string {
  const word = state.padEnd(STATE_WIDTH);
  switch (state) {
    case 'ok':
      return paint.good(word);
    case 'warning':
      return paint.bold(word);
    case 'broken':
      return paint.bad(word);
  }
}

function linesOf({ state, subject, text, details = [], cure }: Finding, paint: Paint): string[] {
  return [
    `${painted(state, paint)}  ${printable(subject)}: ${printable(text)}`,
    ...details.map((detail) => `${INDENT}  ${printable(detail)}`),
    ...(cure === undefined ? [] : [`${INDENT}→ ${printable(cure)}`]),
  ];
}

/** `fuze doctor` for people. */
export function checkupText(findings: readonly Finding[], paint: Paint): string {
  const count = (state: Finding['state']): number =>
    findings.filter((finding) => finding.state === state).length;
  const broken = count('broken');
  const sum = broken === 0 ? 'Nothing is broken' : `${broken} broken`;
  const warnings = count('warning');
  const end = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  const lines = findings.flatMap((finding) => linesOf(finding, paint));
  return `${[...lines, '', `${sum}${end}.`].join('\n')}\n`;
}

import type { FilePlan } from './file-plan.js';
import { parseServers } from './read-servers.js';
import { isTable } from './server-entry.js';

const SECRET_TABLES = ['env', 'headers', 'http_headers'];

/** A value that names a variable tells nothing, and is what one wants to see. */
function isReference(value: string): boolean {
  return value.replace(/\$\{[^}]*\}/g, '').replace(/^(Bearer|Basic)\s*/i, '') === '';
}

function secretsIn(values: unknown): string[] {
  if (!isTable(values)) return [];
  return SECRET_TABLES.flatMap((key) => {
    const table = values[key];
    return isTable(table) ? Object.values(table) : [];
  }).filter((value): value is string => typeof value === 'string' && !isReference(value));
}

/** Gives a function that takes the values of `env` and headers out of a line of the file, before or after the plan. */
export function hideSecrets({ file, text }: FilePlan): (line: string) => string {
  // The plan moves secrets, it brings none.
  const secrets = parseServers(file, text).flatMap(({ values }) => secretsIn(values));
  const quoted = [...new Set(secrets)].flatMap((secret) => [JSON.stringify(secret), `'${secret}'`]);
  return (line) => quoted.reduce((text, secret) => text.replaceAll(secret, '"…"'), line);
}

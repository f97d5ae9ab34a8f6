import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { expect, it } from 'vitest';
import type { ClientSpec } from '../../src/clients/client-table.js';
import { planInstall } from '../../src/clients/install-plan.js';
import { clientOf } from './support/client-files.js';
import { Desk, LINUX } from './support/desk.js';

const word = fc.oneof(
  fc.string(),
  fc.constantFrom('--', 'proxy', '-y', `\${env:A}`, 'two words', '"'),
);
const table = fc.dictionary(fc.string(), word, { maxKeys: 3 });
const more = {
  env: table,
  disabled: fc.boolean(),
  timeout: fc.integer(),
  note: fc.string(),
};
const command = fc.record(
  { command: word, args: fc.array(word, { maxLength: 4 }), ...more },
  { requiredKeys: ['command'] },
);
const remote = fc.record(
  {
    url: fc.webUrl(),
    type: fc.constantFrom('http', 'sse'),
    headers: table,
    ...more,
  },
  { requiredKeys: ['url'] },
);
/** The same members in any order. */
const entry = fc
  .oneof(command, remote)
  .chain((values) =>
    fc.shuffledSubarray(Object.entries(values), { minLength: Object.keys(values).length }),
  )
  .map((members) => Object.fromEntries(members));
const servers = fc.dictionary(fc.string({ minLength: 1 }), entry, { minKeys: 1, maxKeys: 4 });
const layout = fc.constantFrom(undefined, 1, 2, '\t', '    ');

function staysTheSame(client: ClientSpec, text: string): void {
  const desk = new Desk(client, text);
  const plan = desk.install();
  const again = planInstall(desk.file, undefined, LINUX);
  expect(again.changed).toEqual([]);
  expect(again.left).toEqual(plan.left);
  desk.uninstall();
  expect(desk.read()).toBe(text);
}

it.each(['claude-desktop', 'cursor', 'vscode', 'windsurf'])(
  'whatever stands in a file of %s is there again after install and uninstall',
  (id) => {
    const client = clientOf(id);
    const [key = ''] = client.serverTables[0] ?? [];
    fc.assert(
      fc.property(servers, layout, fc.constantFrom('\n', '\r\n'), (all, space, newline) => {
        staysTheSame(
          client,
          JSON.stringify({ [key]: all }, undefined, space).replaceAll('\n', newline),
        );
      }),
      { numRuns: 60 },
    );
  },
);

it('and in a file of Codex', () => {
  fc.assert(
    fc.property(servers, fc.constantFrom('\n', '\r\n'), (all, newline) => {
      const text = stringify({ mcp_servers: all }).replaceAll('headers', 'http_headers');
      staysTheSame(clientOf('codex'), text.replaceAll('\n', newline));
    }),
    { numRuns: 60 },
  );
});

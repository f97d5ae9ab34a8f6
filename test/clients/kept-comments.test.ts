import { expect, it } from 'vitest';
import { clientOf } from './support/client-files.js';
import { Desk } from './support/desk.js';

const CALL = '"/usr/lib/node_modules/fuze/bin/fuze.js", "proxy", "--name", "a"';

it('comments and layout around the members of a JSON entry are there while it is wrapped', () => {
  const text = `{ "mcpServers": {
  "a": { // one
    /* two */ "url": "https://a", // three, with a comma
    // four
    "headers": { "K": "v" }, /* five */
    "type": "http" // six
    // seven
  },
  "b": {
    "args": /* one */ [ // two
      "x", // three
    ], // four
    "command" : "y" /* five */, // six
  },
} }`;
  const desk = new Desk(clientOf('windsurf'), text);
  desk.install();
  expect(desk.read()).toBe(`{ "mcpServers": {
  "a": { // one
    /* two */ // three, with a comma
    // four
    "command": "/usr/bin/node",
    "args": [${CALL}, "--url", "https://a", "--header", "K: \${FUZE_HEADER_K}"],
    "env": { "FUZE_HEADER_K": "v" }, /* five */
    "type": "stdio" // six
    // seven
  },
  "b": {
    "args": /* one */ [ // two
      "/usr/lib/node_modules/fuze/bin/fuze.js",
      "proxy",
      "--name",
      "b",
      "--",
      "y",
      "x", // three
    ], // four
    "command" : "/usr/bin/node" /* five */, // six
  },
} }`);
  desk.uninstall();
  expect(desk.read()).toBe(text);
});

it('and those of a TOML entry', () => {
  const text = `[mcp_servers.a] # one
url = "https://a" # two
# three
http_headers = { K = "v" } # four
enabled = true # five

# six
[mcp_servers.a.env_http_headers]
L = "M"
# seven
`;
  const desk = new Desk(clientOf('codex'), text);
  desk.install();
  const args = `${CALL}, "--url", "https://a", "--header", "K: \${FUZE_HEADER_K}", "--header", "L: \${M}"`;
  expect(desk.read()).toBe(`[mcp_servers.a] # one
 # two
# three
command = "/usr/bin/node"
args = [${args}]
env = { FUZE_HEADER_K = "v" }
env_vars = ["M"] # four
enabled = true # five
# seven
`);
  desk.uninstall();
  expect(desk.read()).toBe(text);
});

import type { ClientSpec } from '../../../src/clients/client-table.js';
import { CLIENTS } from '../../../src/clients/client-table.js';

/** Files as the clients and their users write them: comments, unknown keys, all kinds of entries. */
const TEXTS: Readonly<Record<string, string>> = {
  'claude-desktop': `{
  "globalShortcut": "Alt+Space",
  "mcpServers": {
    "files": {
      "command": "npx",
      "args": [
        "-y",
        "@modelcontextprotocol/server-filesystem",
        "/Users/me/My Documents"
      ],
      "env": {
        "TOKEN": "a \\"secret\\" \\u00e9"
      }
    },
    "bare": { "command": "\\/opt\\/server" },
    "empty": {"command":"uvx","args":[]}
  },
  "preferences": { "quickEntry": null }
}
`,
  'claude-code': `{
  "numStartups": 412,
  "mcpServers": {
    "github": {
      "type": "http",
      "url": "https://api.example.com/mcp",
      "headers": {
        "Authorization": "Bearer \${GITHUB_TOKEN:-none}",
        "X-Team": "a"
      }
    }
  },
  "projects": {
    "/home/me/a project": {
      "allowedTools": [],
      "mcpServers": {
        "github": {
          "type": "stdio",
          "command": "/usr/bin/env",
          "args": ["-S", "server"],
          "env": {}
        }
      },
      "history": [{ "display": "hi" }]
    },
    "/home/me/other": { "mcpServers": {} },
    "/home/me/none": { "allowedTools": [] }
  }
}
`,
  cursor: `{
  // shared with the team
  "mcpServers": {
    "db": {
      "command": "npx -y db-server",
      "env": { "URL": "\${env:DB_URL}", }, // from the shell
      "envFile": "\${workspaceFolder}/.env",
    },
    "my server": { "url": "http://localhost:3000/sse", "headers": { "API_KEY": "k-1" } },
  },
}
`,
  vscode: `{
	"inputs": [
		{ "type": "promptString", "id": "key", "description": "Key", "password": true, },
	],
	/* what I use */
	"servers": {
		"perplexity": {
			"type": "stdio", // by hand
			"command": "npx",
			"args": [ // the package
				"-y", "server-perplexity-ask", /* last */
			],
			"env": { "KEY": "\${input:key}" },
			"dev": { "watch": "build/**" }
		},
		"remote": {
			"type": "sse",
			"url": "https://\${input:host}/sse",
			"headers": { "Authorization": "Bearer \${input:key}" /* asked once */ },
		},
		"plain": { "url": "https://example.com/mcp" },
	}
}
`,
  windsurf: `{
    "mcpServers": {
        "remote": {
            "disabled": false,
            "headers": {
                "API_KEY": "Bearer \${env:AUTH_TOKEN}"
            },
            "serverUrl": "https://example.com/mcp"
        },
        "local": {"args": ["x"], "command": "uvx", "disabledTools": []}
    }
}`,
  codex: `# my settings
model = "gpt-5"   # the big one

[mcp_servers.files]
command = 'npx'   # by npm
args = ["-y", "@scope/server", '/home/me/"x"']
startup_timeout_sec = 20.0

  [mcp_servers.files.env]
  TOKEN = """secret"""

[mcp_servers."two words"]
command = "uvx"
args = [
    "server", # its name
    "--flag"
]

[mcp_servers.remote] # far away
url = "https://example.com/mcp"
bearer_token_env_var = "REMOTE_TOKEN"
http_headers = { "X-Region" = "eu", "X-Team" = "a" }
enabled = true

[mcp_servers.other]
enabled_tools = ["a"]
url = "https://example.com/other"
[mcp_servers.other.env_http_headers]
"X-Key" = "OTHER_KEY"
[mcp_servers.other.tools.a]
approval_mode = "approve"

[tui]
notifications = true

[mcp_servers]
inline = { command = "server", env = { A = "1" } }
`,
};

function textOf({ id }: ClientSpec): string {
  const text = TEXTS[id];
  if (text === undefined) throw new Error(`no file for ${id}`);
  return text;
}

/** Names of the servers in the files above, as they are told. */
export const SERVERS: Readonly<Record<string, readonly string[]>> = {
  'claude-desktop': ['files', 'bare', 'empty'],
  'claude-code': ['github', 'github (in /home/me/a project)'],
  cursor: ['db', 'my server'],
  vscode: ['perplexity', 'remote', 'plain'],
  windsurf: ['remote', 'local'],
  codex: ['files', 'two words', 'remote', 'other', 'inline'],
};

const withoutComments = (text: string): string =>
  text.replace(/\/\*.*?\*\/|(?<=[\s,])\/\/.*$/gm, '').replace(/,(?=\s*[\]}])/g, '');

/** The same file by other editors. */
export const VARIANTS: Readonly<Record<string, (client: ClientSpec) => string>> = {
  'as it is': textOf,
  'with CRLF': (client) => textOf(client).replaceAll('\n', '\r\n'),
  'with a BOM': (client) => `\uFEFF${textOf(client)}`,
  'with tabs': (client) => textOf(client).replaceAll('  ', '\t'),
  'without a last line break': (client) => textOf(client).trimEnd(),
  'on one line': (client) =>
    client.format === 'json'
      ? JSON.stringify(JSON.parse(withoutComments(textOf(client))))
      : textOf(client),
};

export function clientOf(id: string): ClientSpec {
  const client = CLIENTS.find((known) => known.id === id);
  if (client === undefined) throw new Error(`no client ${id}`);
  return client;
}

/** WSL is a Linux whose user has clients on Windows, too. */
export type System = 'darwin' | 'win32' | 'linux' | 'wsl';

/** Of the user, or of the project whose folder is the working directory. */
export type Level = 'user' | 'project';

export interface Place {
  readonly level: Level;
  /** Begins with a base folder of `locate-files.ts`; `*` stands for any name in one segment. */
  readonly path: string;
  /** Default: all. */
  readonly systems?: readonly System[];
}

/** One MCP client: where its configuration lies and what an entry of it looks like. */
export interface ClientSpec {
  readonly id: string;
  readonly title: string;
  /** JSON is read with comments and trailing commas, whoever else may refuse them. */
  readonly format: 'json' | 'toml';
  readonly places: readonly Place[];
  /** Paths of the tables that hold servers by name; `*` is any key. */
  readonly serverTables: readonly (readonly string[])[];
  /** Members that can hold the address of a remote server, the usual one first. */
  readonly urlKeys: readonly [string, ...string[]];
  readonly headersKey: string;
  /** It hands one line to a shell, or did in versions that are in use: a word with a space comes apart. */
  readonly joinsArguments?: boolean;
  /** Members by which a remote entry takes secrets from the environment, and a command is let see them. */
  readonly variables?: {
    readonly bearer: string;
    readonly headers: string;
    readonly forward: string;
  };
}

const MCP_SERVERS = [['mcpServers']] as const;

/** Sources: the manuals of the clients, and for Codex `codex-rs/config/src/mcp_types.rs`. */
export const CLIENTS: readonly ClientSpec[] = [
  {
    id: 'claude-desktop',
    title: 'Claude Desktop',
    format: 'json',
    places: [
      { level: 'user', path: '$appData/Claude/claude_desktop_config.json' },
      // The packaged app (since 2026 the usual one) sees this folder in the place of %APPDATA%.
      {
        level: 'user',
        path: '$localAppData/Packages/Claude_*/LocalCache/Roaming/Claude/claude_desktop_config.json',
        systems: ['win32'],
      },
    ],
    serverTables: MCP_SERVERS,
    urlKeys: ['url'],
    headersKey: 'headers',
  },
  {
    id: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    places: [
      { level: 'user', path: '$claudeCode/.claude.json' },
      { level: 'project', path: '$cwd/.mcp.json' },
    ],
    serverTables: [['mcpServers'], ['projects', '*', 'mcpServers']],
    urlKeys: ['url'],
    headersKey: 'headers',
  },
  {
    id: 'cursor',
    title: 'Cursor',
    format: 'json',
    places: [
      { level: 'user', path: '$home/.cursor/mcp.json' },
      { level: 'project', path: '$cwd/.cursor/mcp.json' },
    ],
    serverTables: MCP_SERVERS,
    urlKeys: ['url'],
    headersKey: 'headers',
    joinsArguments: true,
  },
  {
    id: 'vscode',
    title: 'VS Code',
    format: 'json',
    places: [
      { level: 'user', path: '$appData/Code/User/mcp.json' },
      { level: 'user', path: '$appData/Code/User/profiles/*/mcp.json' },
      { level: 'user', path: '$appData/Code - Insiders/User/mcp.json' },
      { level: 'user', path: '$appData/Code - Insiders/User/profiles/*/mcp.json' },
      // What VS Code starts on this machine for a window that is open on another one, such as Windows over WSL.
      {
        level: 'user',
        path: '$home/.vscode-server/data/User/mcp.json',
        systems: ['linux', 'wsl'],
      },
      { level: 'project', path: '$cwd/.vscode/mcp.json' },
    ],
    serverTables: [['servers']],
    urlKeys: ['url'],
    headersKey: 'headers',
  },
  {
    id: 'windsurf',
    title: 'Windsurf',
    format: 'json',
    places: [{ level: 'user', path: '$home/.codeium/windsurf/mcp_config.json' }],
    serverTables: MCP_SERVERS,
    urlKeys: ['serverUrl', 'url'],
    headersKey: 'headers',
  },
  {
    id: 'codex',
    title: 'Codex',
    format: 'toml',
    places: [
      { level: 'user', path: '$codex/config.toml' },
      { level: 'project', path: '$cwd/.codex/config.toml' },
    ],
    serverTables: [['mcp_servers']],
    urlKeys: ['url'],
    headersKey: 'http_headers',
    variables: {
      bearer: 'bearer_token_env_var',
      headers: 'env_http_headers',
      forward: 'env_vars',
    },
  },
];

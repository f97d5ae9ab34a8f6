import type { Command, Workspace } from './workspace.js';

/** Where a client connects to. */
export type Address =
  | { readonly way: 'stdio'; readonly command: Command; readonly workspace: Workspace }
  | { readonly way: 'http'; readonly url: URL }
  | { readonly way: 'sse'; readonly url: URL };

export type Way = Address['way'];

/** The first revision that has no sessions; only the SDK 2.x speaks it. */
export const MODERN = '2026-07-28';

export interface CallOptions {
  readonly onProgress?: (progress: number) => void;
  readonly signal?: AbortSignal;
  readonly meta?: Readonly<Record<string, unknown>>;
}

/** A client of the official SDK, of either generation, that is connected. */
export interface SdkClient {
  /** The revision that was agreed on. */
  readonly revision: string | undefined;
  /** What the server logged, and `changed` for each time that it said that its tools have. */
  readonly heard: readonly unknown[];
  toolNames(): Promise<string[]>;
  /** Resolves with the whole result. */
  call(tool: string, args?: Record<string, unknown>, options?: CallOptions): Promise<object>;
  /** Asks to be told of changes, in revisions where that must be asked for. */
  listen(): Promise<void>;
  /** Ends the session, where the transport has one, and the connection. */
  close(): Promise<void>;
}

/** What the clients of the tests say of themselves, and answer to what servers ask. */
export const CLIENT = {
  info: { name: 'pairs-client', version: '1.0.0' },
  capabilities: { elicitation: {}, sampling: {} },
  user: { action: 'accept' as const, content: { name: 'Ada' } },
  model: {
    role: 'assistant' as const,
    model: 'played',
    content: { type: 'text' as const, text: 'hello' },
  },
};

/** How the transports for a command want it; both generations clear the environment that they are not given. */
export function spawnOptions(address: Extract<Address, { way: 'stdio' }>) {
  const {
    command: [command, ...args],
    workspace,
  } = address;
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(workspace.env())) {
    if (value !== undefined) env[name] = value;
  }
  return { command, args, env, cwd: workspace.dir, stderr: 'ignore' as const };
}

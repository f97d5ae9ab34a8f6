import type { ToolSettings } from '../config/settings.js';

/** SHA-256 in hex over the RFC 8785 form of a value. Handed in, so that the engine stays free of I/O and formats. */
export type CanonicalHash = (value: unknown) => string;

function pick(
  args: Readonly<Record<string, unknown>>,
  keep: (name: string) => boolean,
): Record<string, unknown> {
  // Entries, not assignment: a member may be called __proto__.
  return Object.fromEntries(Object.entries(args).filter(([name]) => keep(name)));
}

/** The arguments without the ignored members. */
export function comparedArgs(
  args: Readonly<Record<string, unknown>>,
  { ignoreArgs }: ToolSettings,
): Readonly<Record<string, unknown>> {
  return ignoreArgs.length === 0 ? args : pick(args, (name) => !ignoreArgs.includes(name));
}

/** What makes two calls the same to the loop checks: tool and arguments without the ignored members. */
export function callHash(
  tool: string,
  args: Readonly<Record<string, unknown>>,
  settings: ToolSettings,
  hash: CanonicalHash,
): string {
  // In the order of RFC 8785, so that nobody has to sort them.
  return hash({ arguments: comparedArgs(args, settings), tool });
}

/** What makes two side effects the same: only the members named in `idempotency_args`, where they are named. */
export function effectHash(
  tool: string,
  args: Readonly<Record<string, unknown>>,
  settings: ToolSettings,
  hash: CanonicalHash,
): string {
  const { idempotencyArgs } = settings;
  if (idempotencyArgs === undefined) return callHash(tool, args, settings, hash);
  const deciding = pick(args, (name) => idempotencyArgs.includes(name));
  // Without any of them, calls would all be the same: then everything decides.
  if (Object.keys(deciding).length === 0) return callHash(tool, args, settings, hash);
  return hash({ arguments: deciding, tool });
}

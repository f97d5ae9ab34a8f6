import { isObject } from '../jsonrpc/is-object.js';
import { ProbeError, type ProbeTarget } from './probe-target.js';
import { openLink } from './server-link.js';
import { ServerQuestions } from './server-questions.js';

/** What a server tells of a tool; hints, and no more than hints. */
export interface ToolFacts {
  readonly name: string;
  readonly description: string | undefined;
  readonly readOnly: boolean | undefined;
  readonly destructive: boolean | undefined;
  readonly idempotent: boolean | undefined;
}

/** What a server tells of itself. */
export interface ServerFacts {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly protocol: string;
  readonly tools: readonly ToolFacts[];
}

/** The latest version of the initialize era, and the first one after it, which has no handshake. */
const INITIALIZE_ERA = '2025-11-25';
const STATELESS_ERA = '2026-07-28';
/** A server that pages on for ever is not followed. */
const MAX_PAGES = 100;

interface Opened {
  readonly server: unknown;
  readonly protocol: string;
  /** What every later request carries. */
  readonly meta: object | undefined;
}

function flag(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toolFacts(tool: unknown): ToolFacts[] {
  if (!isObject(tool) || typeof tool.name !== 'string') return [];
  const hints = isObject(tool.annotations) ? tool.annotations : {};
  return [
    {
      name: tool.name,
      description: text(tool.description),
      readOnly: flag(hints.readOnlyHint),
      destructive: flag(hints.destructiveHint),
      idempotent: flag(hints.idempotentHint),
    },
  ];
}

async function open(server: ServerQuestions, version: string): Promise<Opened> {
  const clientInfo = { name: 'fuze', version };
  try {
    const result = await server.ask('initialize', {
      protocolVersion: INITIALIZE_ERA,
      capabilities: {},
      clientInfo,
    });
    server.tell('notifications/initialized');
    const { serverInfo, protocolVersion } = isObject(result) ? result : {};
    return { server: serverInfo, protocol: text(protocolVersion) ?? 'unknown', meta: undefined };
  } catch (error) {
    if (!(error instanceof ProbeError)) throw error;
    // It may know no handshake. If it does not answer the next question either, that error tells.
    const meta = {
      'io.modelcontextprotocol/protocolVersion': STATELESS_ERA,
      'io.modelcontextprotocol/clientInfo': clientInfo,
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    return { server: undefined, protocol: STATELESS_ERA, meta };
  }
}

async function allTools(server: ServerQuestions, meta: object | undefined): Promise<ToolFacts[]> {
  const tools: ToolFacts[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const result = await server.ask('tools/list', {
      ...(cursor === undefined ? {} : { cursor }),
      ...(meta === undefined ? {} : { _meta: meta }),
    });
    if (!isObject(result) || !Array.isArray(result.tools)) {
      throw new ProbeError('the server answered tools/list with no list of tools');
    }
    tools.push(...result.tools.flatMap(toolFacts));
    cursor = text(result.nextCursor);
    if (cursor === undefined) break;
  }
  return tools;
}

async function look(server: ServerQuestions, version: string): Promise<ServerFacts> {
  const { server: info, protocol, meta } = await open(server, version);
  const tools = await allTools(server, meta);
  const { name, version: serverVersion } = isObject(info) ? info : {};
  return { name: text(name), version: text(serverVersion), protocol, tools };
}

/**
 * Starts or reaches a server, reads what tools it has, and ends it with all that it started. `version` is that of fuze.
 * Rejects with ProbeError, also after `timeout` milliseconds.
 */
export async function probeServer(
  target: ProbeTarget,
  { version, timeout }: { readonly version: string; readonly timeout: number },
): Promise<ServerFacts> {
  const link = openLink(target);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const text = `the server did not tell its tools within ${timeout / 1_000} s`;
    timer = setTimeout(() => reject(new ProbeError(text)), timeout);
  });
  const looking = look(new ServerQuestions(link.transport), version);
  // The end of its output is seen before the end of the process, which tells more.
  const seen = looking.catch(async (error: unknown) => {
    await Promise.race([link.failed, new Promise((resolve) => setTimeout(resolve, 300))]);
    throw error;
  });
  try {
    return await Promise.race([seen, link.failed, late]);
  } finally {
    clearTimeout(timer);
    seen.catch(() => {});
    await link.stop();
  }
}

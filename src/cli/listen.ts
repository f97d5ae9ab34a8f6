import type { Settings } from '../config/settings.js';
import type { ProxyOptions } from '../proxy/proxy-options.js';
import { isLoopback, ListenAddressError, parseListen } from '../transport/listen-address.js';

const USAGE = 2;

function usage(text: string): number {
  process.stderr.write(`fuze: ${text}\n`);
  return USAGE;
}

/** `fuze proxy --listen`: serves MCP over HTTP; resolves with the exit code. */
export async function listen(text: string, options: ProxyOptions): Promise<number> {
  let address: ReturnType<typeof parseListen>;
  try {
    address = parseListen(text);
  } catch (error) {
    if (!(error instanceof ListenAddressError)) throw error;
    return usage(error.message);
  }
  const problemOf = ({ proxy }: Settings): string | undefined =>
    isLoopback(address.host) || proxy.token !== ''
      ? undefined
      : `--listen ${text} can be reached from other machines, and nothing would protect it. Give a token with --token, FUZE_TOKEN or token in [proxy], or listen on 127.0.0.1.`;
  const problem = problemOf(options.settings);
  if (problem !== undefined) return usage(problem);
  const reload = (): Settings => {
    const settings = options.reload();
    const lost = problemOf(settings);
    if (lost !== undefined) throw new Error(lost);
    return settings;
  };
  const { runListener } = await import('../proxy/listener/run-listener.js');
  const { doorsTo } = await import('../proxy/listener/doors.js');
  return runListener({ ...options, reload, address, doors: doorsTo(options.server) });
}

import type { FoundProxies } from '../presence/live-proxies.js';

/** Raised when a member changes its meaning or goes; new members do not raise it. */
const STATUS_VERSION = 1;

/** `fuze status --json`. Texts are as servers and agents have them: escape them before you show them. */
export function statusJson({ proxies, strangers }: FoundProxies): string {
  const value = {
    version: STATUS_VERSION,
    proxies: proxies.map(({ entry, report, problem }) => ({
      server: entry.name,
      pid: entry.process.pid,
      fuze: entry.version,
      started: entry.started,
      config: entry.config,
      stateDir: entry.stateDir,
      listens: entry.listens,
      problem: problem ?? null,
      report: report ?? null,
    })),
    otherVersions: strangers.map(({ process, version }) => ({ pid: process.pid, fuze: version })),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

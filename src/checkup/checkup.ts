import type { Machine } from '../clients/locate-files.js';
import { stateDir } from '../config/state-dir.js';
import { checkClients } from './client-check.js';
import { checkConfig } from './config-check.js';
import type { Finding } from './finding.js';
import { checkStarts } from './start-check.js';
import { checkLedger, checkStateDir, checkTrace } from './state-check.js';
import { checkNode, checkProxies } from './system-check.js';

export interface CheckupOptions {
  readonly machine: Machine;
  readonly config: string | undefined;
  readonly stateDir: string | undefined;
  /** Of fuze. */
  readonly version: string;
  /** Milliseconds that each guarded server may take to start; undefined: none is started. */
  readonly startTimeout: number | undefined;
}

/** Looks at all that has to work. */
export async function checkup(options: CheckupOptions): Promise<Finding[]> {
  const { machine, config, version, startTimeout } = options;
  const { env, cwd, home } = machine;
  const { findings: configFindings, settings } = checkConfig({ config, env, cwd, home });
  const folder = stateDir({ flag: options.stateDir, file: settings?.file, cwd, home });
  const { findings: clientFindings, wrapped } = checkClients(machine);
  return [
    checkNode(),
    ...configFindings,
    ...(settings === undefined
      ? []
      : [checkStateDir(folder), checkLedger(folder), await checkTrace(settings.proxy.trace)]),
    await checkProxies(home),
    ...clientFindings,
    ...(startTimeout === undefined
      ? []
      : await checkStarts(wrapped, { version, timeout: startTimeout, env })),
  ];
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { applyPlan } from '../../../src/clients/apply-plan.js';
import type { ClientSpec } from '../../../src/clients/client-table.js';
import type { FilePlan } from '../../../src/clients/file-plan.js';
import type { Installation } from '../../../src/clients/fuze-call.js';
import { planInstall, recordsAfterInstall } from '../../../src/clients/install-plan.js';
import { InstallStore } from '../../../src/clients/install-store.js';
import type { ConfigFile } from '../../../src/clients/locate-files.js';
import { readServers } from '../../../src/clients/read-servers.js';
import { planUninstall, recordsAfterUninstall } from '../../../src/clients/uninstall-plan.js';

export const LINUX: Installation = {
  system: 'linux',
  node: '/usr/bin/node',
  isNodeOnPath: true,
  script: '/usr/lib/node_modules/fuze/bin/fuze.js',
  npx: '/usr/lib/node_modules/npm/bin/npx-cli.js',
  version: '1.2.3',
};

export const WINDOWS: Installation = {
  system: 'win32',
  node: 'C:\\Program Files\\nodejs\\node.exe',
  isNodeOnPath: true,
  script: 'C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\fuze\\bin\\fuze.js',
  npx: 'C:\\Program Files\\nodejs\\node_modules\\npm\\bin\\npx-cli.js',
  version: '1.2.3',
};

/** A folder of the current test, removed after it. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fuze-clients-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One configuration file in a folder of its own, and what install and uninstall do to it. */
export class Desk {
  readonly store: InstallStore;
  readonly file: ConfigFile;

  constructor(
    client: ClientSpec,
    text: string | Buffer,
    path = 'config',
    readonly installation: Installation = LINUX,
  ) {
    const folder = testFolder();
    this.store = new InstallStore(join(folder, 'installs'));
    this.file = { client, level: 'user', path: join(folder, path) };
    mkdirSync(dirname(this.file.path), { recursive: true });
    this.write(text);
  }

  write(text: string | Buffer): void {
    writeFileSync(this.file.path, text);
  }

  read(): string {
    return readFileSync(this.file.path, 'utf8');
  }

  /** What the file says of every server. */
  values(): Record<string, unknown> {
    const { servers } = readServers(this.file);
    const values = servers.map(({ path, values }) => [path.join('/'), structuredClone(values)]);
    return Object.fromEntries(values);
  }

  planInstall(...names: readonly string[]): FilePlan {
    return planInstall(
      this.file,
      names.length === 0 ? undefined : new Set(names),
      this.installation,
    );
  }

  install(...names: readonly string[]): FilePlan {
    const plan = this.planInstall(...names);
    if (plan.changed.length > 0) applyPlan(plan, this.store, recordsAfterInstall);
    return plan;
  }

  uninstall(...names: readonly string[]): FilePlan {
    const pick = names.length === 0 ? undefined : new Set(names);
    const plan = planUninstall(this.file, pick, this.store);
    if (plan.changed.length > 0) applyPlan(plan, this.store, recordsAfterUninstall);
    return plan;
  }
}

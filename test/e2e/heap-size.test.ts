import { expect, test } from 'vitest';
import { fixture, startProxy, Workspace } from './support/fuze-process.js';
import { callText } from './support/raw-proxy.js';

const ROUNDS = 100;
const IN_FLIGHT = 256;
const mebibyte = 1024 * 1024;

/**
 * Loaded into fuze before its own program: writes down the largest young generation that there was. The resident
 * memory itself says less, since it depends on what else the machine does.
 */
const OBSERVER = `
  const { getHeapSpaceStatistics } = require('node:v8');
  let most = 0;
  const look = () => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    most = Math.max(most, young.space_size);
  };
  if (process.argv[2] === 'proxy') {
    setInterval(look, 5).unref();
    process.on('exit', () => require('node:fs').writeFileSync('young', String(most)));
  }
`;

test.each([false, true])(
  'many calls do not make its young generation grow, with a trace: %s',
  async (trace) => {
    const workspace = new Workspace(`[proxy]\ntrace = ${trace}`);
    const observer = workspace.write('observer.cjs', OBSERVER);
    const fuze = startProxy(fixture('raw-server'), {
      workspace,
      flags: ['--max-iterations', '1000000'],
      env: { NODE_OPTIONS: `--require ${JSON.stringify(observer)}` },
    });
    for (let round = 0; round < ROUNDS; round += 1) {
      const ids = Array.from({ length: IN_FLIGHT }, (_, at) => round * IN_FLIGHT + at);
      await fuze.write(ids.map((id) => `${callText(String(id), 'look', { id })}\n`).join(''));
      await Promise.all(ids.map((id) => fuze.response(id)));
    }
    fuze.child.stdin.end();
    expect((await fuze.closed).code).toBe(0);
    const most = Number(workspace.read('young')) / mebibyte;
    expect(most).toBeGreaterThan(0);
    // Measured 2 MiB; 16 and more where it may grow.
    expect(most).toBeLessThan(8);
  },
);

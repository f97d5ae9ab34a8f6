import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const packageRoot = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(packageRoot, 'docs', 'library.md'), 'utf8');
const run = promisify(execFile);

/** The fenced blocks of one language in docs/library.md. */
function blocks(language: string): string[] {
  const found = page.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\n\`\`\``, 'g'));
  return [...found].map(([, text = '']) => text);
}

const OPTIONS = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  module: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
  outDir: 'out',
};

/** A program of somebody who has installed fuze: built as theirs would be, with fuze from its `exports`. */
function consumer(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fuze-library-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(packageRoot, join(folder, 'node_modules', 'fuze'), 'dir');
  symlinkSync(
    join(packageRoot, 'node_modules', '@types'),
    join(folder, 'node_modules', '@types'),
    'dir',
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  // Found before any other, so that no fuze.toml of this machine has a say.
  writeFileSync(join(folder, 'fuze.toml'), '');
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }),
  );
  return folder;
}

const tsc = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
);
const folder = consumer();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(FUZE|DRIFTGUARD|FUSEGUARD|NODE_)/.test(name)),
);

async function compile(): Promise<string> {
  try {
    return (await run(process.execPath, [tsc, '-p', '.'], { cwd: folder, env })).stdout;
  } catch (error) {
    // tsc tells its findings on stdout.
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  }
}

describe('a side effect that was in flight when its process was killed', () => {
  it('is not repeated by the next process', async () => {
    writeFileSync(
      join(folder, 'pay.js'),
      `import { createRun } from 'fuze';
const run = createRun('shop', { ledger: 'ledger.db', timeout: '1h' });
const pay = run.guard(
  (order) => {
    console.log('paying', order);
    return new Promise(() => {});
  },
  { name: 'pay', sideEffect: true },
);
pay(17).catch((error) => {
  console.log(error.name, error.details.cause);
  run.end();
});`,
    );
    const first = spawn(process.execPath, ['pay.js'], { cwd: folder, env });
    const [said] = await once(first.stdout, 'data');
    expect(String(said)).toBe('paying 17\n');
    first.kill('SIGKILL');
    await once(first, 'close');
    const { stdout } = await run(process.execPath, ['pay.js'], { cwd: folder, env });
    expect(stdout).toBe('SideEffectUnknown fuze was killed while the call was in flight\n');
  });
});

describe("import from 'fuze'", () => {
  it('resolves with its types, and the examples of docs/library.md compile and print what they say', async () => {
    const [example = '', ...others] = blocks('ts');
    writeFileSync(join(folder, 'example.ts'), example);
    others.forEach((text, index) => {
      writeFileSync(join(folder, `other-${index}.ts`), text);
    });
    expect(await compile()).toBe('');
    const { stdout } = await run(process.execPath, ['out/example.js'], { cwd: folder, env });
    expect(stdout.trimEnd()).toBe(blocks('text')[0]);
    for (const index of others.keys()) {
      await run(process.execPath, [`out/other-${index}.js`], { cwd: folder, env });
    }
  });

  it('types the guarded function, its cost and its compensation by what it returns', async () => {
    writeFileSync(
      join(folder, 'types.ts'),
      `import { createRun } from 'fuze';
const run = createRun('types');
const price = run.guard(async (item: string, count?: number) => ({ usd: count ?? 1, item }), {
  name: 'price',
  cost: (result) => result.usd,
  compensate: (result, item) => [result.item.length, item.length],
});
export const usd: Promise<{ usd: number; item: string }> = price('tea');
// @ts-expect-error: the argument is a text
price(7);
// @ts-expect-error: there is no such option
run.guard(() => 1, { sideEfect: true });
// @ts-expect-error: no such member of the result
run.guard(() => ({ usd: 1 }), { cost: (result) => result.eur });
`,
    );
    expect(await compile()).toBe('');
  });

  it('offers every class of the table of errors', async () => {
    const [, section = ''] = page.split('\n## Errors\n');
    const rows = section.matchAll(/^\| `(\w+)` \| `(\w+)`/gm);
    const names = [...rows].map(([, name = '']) => name);
    expect(names).toHaveLength(14);
    const { stdout } = await run(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import * as fuze from 'fuze';
const classes = Object.keys(fuze).filter((name) => fuze[name].prototype instanceof fuze.FuzeError);
console.log(JSON.stringify(classes.sort()));`,
      ],
      { cwd: folder, env },
    );
    expect(JSON.parse(stdout)).toEqual([...names, 'CallError'].sort());
  });
});

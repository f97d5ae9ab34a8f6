import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runFuze } from './support/fuze-process.js';

/** What bash would offer after these words, the last one being typed. */
function offered(script: string, words: readonly string[]): string[] {
  const program = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_fuze
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((word) => word !== '');
}

const scriptFor = async (shell: string): Promise<string> =>
  (await runFuze(['completion', shell])).stdout;

describe('fuze completion', () => {
  it('completes commands, inner commands and options in bash', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, ['fuze', 'st'])).toEqual(['status']);
    expect(offered(script, ['fuze', ''])).toEqual(expect.arrayContaining(['proxy', 'install']));
    expect(offered(script, ['fuze', 'ledger', ''])).toEqual(['list', 'resolve']);
    expect(offered(script, ['fuze', 'ledger', 'resolve', '--e'])).toEqual(['--executed']);
    expect(offered(script, ['fuze', 'proxy', '--max-'])).toEqual([
      '--max-cost',
      '--max-iterations',
    ]);
    expect(offered(script, ['fuze', 'proxy', '--max-cost', '2', '--sh'])).toEqual(['--shadow']);
  });

  it('leaves files and the command of the server to the shell', async () => {
    const script = await scriptFor('bash');
    expect(offered(script, ['fuze', 'verify', ''])).toEqual([]);
    expect(offered(script, ['fuze', 'proxy', '--', 'npx', '--'])).toEqual([]);
    expect(script).toContain('complete -o default -F _fuze fuze');
  });

  it('tells every command to zsh and fish, too', async () => {
    const [bash, zsh, fish] = await Promise.all(['bash', 'zsh', 'fish'].map(scriptFor));
    for (const command of offered(bash ?? '', ['fuze', ''])) {
      expect(zsh).toMatch(new RegExp(`commands='[^']*\\b${command}\\b`));
      expect(fish).toMatch(new RegExp(`^complete -c fuze .* -a ${command} -d '`, 'm'));
    }
    expect(fish).toMatch(/__fish_seen_subcommand_from proxy' -l max-cost -r -d 'overrides/);
  });
});

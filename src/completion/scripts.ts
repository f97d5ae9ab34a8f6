import { type CommandWords, nameOf, withInner } from './command-words.js';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

function optionsOf({ options }: CommandWords): string {
  return options.map(({ long }) => long).join(' ');
}

function commandsOf({ commands }: CommandWords): string {
  return commands.map(nameOf).join(' ');
}

/** The lines of a `case` that finds the words for where the cursor is; bash and zsh read it alike. */
function wordCases(root: CommandWords): string {
  return withInner(root)
    .map(
      (command) =>
        `    '${command.path.join(' ')}') commands='${commandsOf(command)}' options='${optionsOf(command)}' ;;`,
    )
    .join('\n');
}

/** Patterns of all paths of words that are commands. */
function pathPattern(root: CommandWords): string {
  return withInner(root)
    .slice(1)
    .map(({ path }) => `'${path.join(' ')}'`)
    .join('|');
}

function bash(root: CommandWords): string {
  return `# fuze completion bash
_fuze() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' next='' commands='' options='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    # What follows is the server's own command.
    [[ \${COMP_WORDS[i]} == -- ]] && return
    next="\${path:+$path }\${COMP_WORDS[i]}"
    case "$next" in ${pathPattern(root)}) path=$next ;; esac
  done
  case "$path" in
${wordCases(root)}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}
complete -o default -F _fuze fuze
`;
}

function zsh(root: CommandWords): string {
  return `#compdef fuze
_fuze() {
  local current=\${words[CURRENT]} where='' next='' commands='' options='' i
  for ((i = 2; i < CURRENT; i++)); do
    # What follows is the server's own command.
    if [[ \${words[i]} == -- ]]; then _normal; return; fi
    next="\${where:+$where }\${words[i]}"
    case "$next" in ${pathPattern(root)}) where=$next ;; esac
  done
  case "$where" in
${wordCases(root)}
  esac
  if [[ $current == -* ]]; then
    compadd -- \${=options}
  elif [[ -n $commands ]]; then
    compadd -- \${=commands}
  else
    _files
  fi
}
if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then _fuze "$@"; else compdef _fuze fuze; fi
`;
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function fish(root: CommandWords): string {
  const lines = withInner(root).flatMap((command) => {
    const [first, second] = command.path;
    const siblings = command.commands.map(nameOf).join(' ');
    // At the place of a command none of its inner commands has been said yet.
    const said = [first, second]
      .filter((word) => word !== undefined)
      .map((word) => `__fish_seen_subcommand_from ${word}`);
    const open = siblings === '' ? [] : [`not __fish_seen_subcommand_from ${siblings}`];
    const condition = quoted([...said, ...open].join('; and '));
    return [
      ...command.commands.map(
        (inner) =>
          `complete -c fuze -n ${condition} -f -a ${nameOf(inner)} -d ${quoted(inner.description)}`,
      ),
      ...command.options.map(
        ({ long, description, takesValue }) =>
          `complete -c fuze -n ${condition} -l ${long.slice(2)}${takesValue ? ' -r' : ''} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# fuze completion fish\n${lines.join('\n')}\n`;
}

/** The script that teaches a shell to complete fuze. */
export function completionScript(shell: Shell, root: CommandWords): string {
  switch (shell) {
    case 'bash':
      return bash(root);
    case 'zsh':
      return zsh(root);
    case 'fish':
      return fish(root);
  }
}

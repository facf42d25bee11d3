import { COMMON_FLAGS, type VerbSpec } from './verb-spec.ts';
import { VERBS } from './verb-table.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** A script that completes verbs and their flags; made from the table, so that it knows all of them. */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bash();
    case 'zsh':
      return `#compdef mobileops\nautoload -U +X bashcompinit && bashcompinit\n${bash()}`;
    case 'fish':
      return fish();
  }
}

function bash(): string {
  const cases = VERBS.map((verb) => `    '${verb.name}') flags='${flagsOf(verb).join(' ')}' ;;`);
  return `${[
    '_mobileops() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} flags=',
    '  if (( COMP_CWORD == 1 )); then',
    `    COMPREPLY=($(compgen -W '${firstWords().join(' ')}' -- "$word"))`,
    '    return',
    '  fi',
    ...secondWords().map(
      ([first, seconds]) =>
        `  if (( COMP_CWORD == 2 )) && [[ $first == ${first} ]]; then COMPREPLY=($(compgen -W '${seconds.join(' ')}' -- "$word")); return; fi`,
    ),
    '  local verb=$first',
    `  [[ ' ${secondWords()
      .map(([first]) => first)
      .join(' ')} ' == *" $first "* ]] && verb="$first \${COMP_WORDS[2]}"`,
    '  case $verb in',
    ...cases,
    '  esac',
    '  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$word")); else COMPREPLY=($(compgen -f -- "$word")); fi',
    '}',
    'complete -F _mobileops mobileops',
  ].join('\n')}\n`;
}

function fish(): string {
  const lines = VERBS.flatMap((verb) => {
    const [first = '', second] = verb.name.split(' ');
    const quoted = quote(verb.summary);
    const seen = `__fish_seen_subcommand_from ${first}`;
    const word = second
      ? `complete -c mobileops -n '${seen}' -f -a ${second} -d ${quoted}`
      : `complete -c mobileops -n __fish_use_subcommand -f -a ${first} -d ${quoted}`;
    const flags = [...verb.flags, ...COMMON_FLAGS].map(({ name, short, description, kind }) => {
      const letter = short === undefined ? '' : ` -s ${short}`;
      return `complete -c mobileops -n '${seen}' -l ${name}${letter}${kind === 'switch' ? '' : ' -r'} -d ${quote(description)}`;
    });
    return [word, ...flags];
  });
  const groups = secondWords().map(
    ([first]) => `complete -c mobileops -n __fish_use_subcommand -f -a ${first}`,
  );
  return `${[...new Set([...groups, ...lines])].join('\n')}\n`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function firstWords(): string[] {
  return [...new Set(VERBS.map(({ name }) => name.split(' ')[0]!)), '--help', '--version'];
}

function secondWords(): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const { name } of VERBS) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) groups.set(first, [...(groups.get(first) ?? []), second]);
  }
  return [...groups];
}

function flagsOf({ flags }: VerbSpec): string[] {
  return [...flags, ...COMMON_FLAGS].map(({ name }) => `--${name}`);
}

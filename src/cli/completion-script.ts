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
  const cases = VERBS.map((verb) => {
    const targets = takesTargets(verb) ? ' targets=.' : takesImages(verb) ? ' targets=image:' : '';
    return `    '${verb.name}') flags='${flagsOf(verb).join(' ')}'${targets} ;;`;
  });
  return `${[
    '_mobileops() {',
    '  local word=${COMP_WORDS[COMP_CWORD]} first=${COMP_WORDS[1]} flags= targets=',
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
    `  if [[ ' ${fileFlags().join(' ')} ' == *" \${COMP_WORDS[COMP_CWORD-1]} "* ]]; then COMPREPLY=($(compgen -f -- "$word"))`,
    '  elif [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$word"))',
    '  elif [[ $targets ]]; then _mobileops_targets',
    '  fi',
    '}',
    ...BASH_TARGETS,
    'complete -F _mobileops mobileops',
  ].join('\n')}\n`;
}

/**
 * `$targets` is what labels begin with, as a pattern; where only images are meant, files may be too. Bash takes a colon for
 * the end of a word, so what stands before it is not to be said again.
 */
const BASH_TARGETS = [
  '_mobileops_targets() {',
  '  local line=${COMP_LINE:0:COMP_POINT} at folder=.',
  '  for (( at = 2; at < COMP_CWORD; at++ )); do',
  '    case ${COMP_WORDS[at]} in -C|--workspace) folder=${COMP_WORDS[at+1]} ;; esac',
  '  done',
  '  local whole=${line##*[[:space:]]} labels',
  '  labels=$("${COMP_WORDS[0]}" graph -C "$folder" 2>/dev/null | sed -n "s/^\\($targets[^ ]*\\).*/\\1/p")',
  '  [[ $targets == . ]] && labels="all $labels"',
  '  [[ $whole == *:* ]] || labels="$labels $(sed -n s/^[^:]*://p <<< "$labels")"',
  '  COMPREPLY=($(compgen -W "$labels" -- "$whole"))',
  '  [[ $whole != *:* || $COMP_WORDBREAKS != *:* ]] || COMPREPLY=("${COMPREPLY[@]#"${whole%"${whole##*:}"}"}")',
  '  [[ $targets == . ]] || COMPREPLY+=($(compgen -f -- "$whole"))',
  '}',
];

function fish(): string {
  const lines = VERBS.flatMap((verb) => {
    const [first = '', second] = verb.name.split(' ');
    const quoted = quote(verb.summary);
    const seen = `__fish_seen_subcommand_from ${first}`;
    const word = second
      ? `complete -c mobileops -n '${seen}' -f -a ${second} -d ${quoted}`
      : `complete -c mobileops -n __fish_use_subcommand -f -a ${first} -d ${quoted}`;
    const targets = takesTargets(verb)
      ? [
          `complete -c mobileops -n '${seen}' -f -a '(mobileops graph 2>/dev/null | string replace -r " .*" "")'`,
        ]
      : takesImages(verb)
        ? [
            `complete -c mobileops -n '${seen}' -a '(mobileops graph 2>/dev/null | string match -r "^image:[^ ]*")'`,
          ]
        : [];
    const flags = [...verb.flags, ...COMMON_FLAGS].map(({ name, short, description, kind }) => {
      const letter = short === undefined ? '' : ` -s ${short}`;
      return `complete -c mobileops -n '${seen}' -l ${name}${letter}${kind === 'switch' ? '' : ' -r'} -d ${quote(description)}`;
    });
    return [word, ...targets, ...flags];
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

function takesImages({ positionals }: VerbSpec): boolean {
  return positionals.some(({ isImage }) => isImage === true);
}

function takesTargets({ positionals }: VerbSpec): boolean {
  return positionals.some(({ isTarget }) => isTarget === true);
}

/** Flags with a file or a folder behind them. */
function fileFlags(): string[] {
  const all = [...VERBS.flatMap(({ flags }) => flags), ...COMMON_FLAGS];
  const named = all.filter(({ metavar }) => metavar === 'FILE' || metavar === 'FOLDER');
  return [...new Set(named.flatMap(({ name, short }) => [`--${name}`, ...(short ? [`-${short}`] : [])]))];
}

function flagsOf({ flags }: VerbSpec): string[] {
  return [...flags, ...COMMON_FLAGS].map(({ name }) => `--${name}`);
}

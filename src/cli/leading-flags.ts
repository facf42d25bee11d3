import { COMMON_FLAGS } from './verb-spec.ts';

/** A command line whose flags of every verb stood before the verb, as `git -C` has it: they are behind it now. */
export function withoutLeadingFlags(words: readonly string[]): readonly string[] {
  let at = 0;
  while (at < words.length) {
    const count = flagWords(words[at]!);
    if (count === 0) break;
    at += count;
  }
  const leading = words.slice(0, at);
  const rest = words.slice(at);
  if (leading.some((word) => word === '--help' || word === '-h')) return ['--help', ...rest];
  if (leading.length === 0 || rest.length === 0) return words;
  // A verb has one word or two, and no flag stands between them.
  const flagAt = rest.findIndex((word) => word.startsWith('-'));
  const behind = flagAt < 0 ? rest.length : flagAt;
  return [...rest.slice(0, behind), ...leading, ...rest.slice(behind)];
}

/** How many words a flag of every verb takes here; 0 for what is none. */
function flagWords(word: string): number {
  for (const { name, short, kind } of COMMON_FLAGS) {
    const isSwitch = kind === 'switch';
    if (word === `--${name}` || (short !== undefined && word === `-${short}`)) return isSwitch ? 1 : 2;
    if (!isSwitch && (word.startsWith(`--${name}=`) || (short !== undefined && isAttached(word, short))))
      return 1;
  }
  return 0;
}

function isAttached(word: string, short: string): boolean {
  return word.startsWith(`-${short}`) && !word.startsWith('--');
}

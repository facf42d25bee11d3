import { nearest } from '../../base/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { Problems } from './problems.ts';
import type { FlagWord } from './words.ts';

/** What a flag takes: nothing or true and false, a value, or a value each time that it comes. */
export type FlagKinds = Readonly<Record<string, 'switch' | 'value' | 'many'>>;

/** The flags that an instruction has and that are written right; reports the others. */
export function checkFlags(
  { keyword, flags }: DockerInstruction,
  kinds: FlagKinds,
  problems: Problems,
): readonly FlagWord[] {
  const seen = new Set<string>();
  return flags.filter((flag) => {
    const { name, span } = flag;
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
    if (!kind) {
      const near = nearest(name, Object.keys(kinds));
      const names = Object.keys(kinds).map((each) => `--${each}`);
      problems.add('image/unknown-flag', span, {
        message: `${keyword} has no flag --${name}`,
        hint: near === undefined ? `its flags are ${names.join(', ')}` : `did you mean --${near}?`,
      });
      return false;
    }
    if (kind !== 'many' && seen.has(name)) {
      problems.add('image/malformed', span, { message: `--${name} comes twice`, hint: 'keep one of them' });
      return false;
    }
    seen.add(name);
    return isComplete(flag, kind, problems);
  });
}

function isComplete({ name, value, span }: FlagWord, kind: FlagKinds[string], problems: Problems): boolean {
  if (kind !== 'switch') {
    if (value !== undefined && value !== '') return true;
    return (
      problems.add('image/malformed', span, {
        message: `--${name} has no value`,
        hint: `write --${name}=value`,
      }) ?? false
    );
  }
  if (value === undefined || /^(?:true|false)$/i.test(value)) return true;
  return (
    problems.add('image/bad-value', span, {
      message: `--${name} is true or false, not ${value === '' ? 'empty' : value}`,
      hint: `write --${name}`,
    }) ?? false
  );
}

/** Whether a switch is on; `undefined` where it does not stand. */
export function switchOf(flags: readonly FlagWord[], name: string): boolean | undefined {
  const flag = flags.find((each) => each.name === name);
  return flag && flag.value?.toLowerCase() !== 'false';
}

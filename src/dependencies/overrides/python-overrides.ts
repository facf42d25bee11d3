import { pythonLines } from '../conflicts/python-lines.ts';
import { parseRequirement } from '../requirement-lines.ts';
import type { Override, OverrideOptions, WantedVersion } from './override.ts';

/**
 * A line in the first root requirement file, which only holds the version of what is asked for elsewhere. It overrides nobody: where
 * somebody wants another version the resolver refuses, and names who.
 */
export function pythonOverrides(
  wanted: readonly WantedVersion[],
  { requirements, lock, canWrite }: OverrideOptions,
): readonly Override[] {
  const [file] = requirements.constraints;
  const isLast = file === undefined || file.text === '' || file.text.endsWith('\n');
  let isFirst = true;
  return wanted.flatMap((each): Override[] => {
    const { name, version, reason } = each;
    const targets = requirements.targets.filter(({ label }) => {
      const section = lock.python[label];
      const own = section ? [...section.run, ...section.dev] : [];
      return own.some((one) => one.name === name && each.from.includes(one.version));
    });
    const [target] = targets;
    if (!target || targets.some((one) => isHeld(pythonLines(one, requirements), name))) return [];
    const line = `${name}>=${version}`;
    if (!file)
      return [
        {
          ...{ wanted: each, subject: target.label, path: 'requirements.txt', line },
          whyNot: 'the workspace has no root requirement file',
        },
      ];
    const found = { wanted: each, subject: target.label, path: file.path, line };
    if (!canWrite(file.path)) return [{ ...found, whyNot: `${file.path} is a link` }];
    const at = file.text.length;
    const to = `${isFirst && !isLast ? '\n' : ''}${line}  # ${reason}\n`;
    isFirst = false;
    const span = { file, start: at, end: at };
    return [{ ...found, edit: { ecosystem: 'PyPI', name, from: '', to, span, added: line } }];
  });
}

/** Whether a line says a version of it itself. */
function isHeld(
  { own, constraints, development = [] }: ReturnType<typeof pythonLines>,
  name: string,
): boolean {
  return [...own, ...constraints, ...development].some(
    ({ text }) => parseRequirement(text)?.name === name && /\d/.test(text.replace(name, '')),
  );
}

import { posix } from 'node:path';
import type { Located } from '../../config/index.ts';
import type { Requirements, TargetNeeds } from '../model.ts';
import { parseRequirement, requirementLines } from '../requirement-lines.ts';
import { developmentOf } from '../resolved-from.ts';
import type { AskedLine } from './explain-contradiction.ts';

/** The requirements of a component, each with its place. */
export interface PythonLines {
  readonly own: readonly AskedLine[];
  /** Of the root files. */
  readonly constraints: readonly AskedLine[];
  /** What tests add; `undefined` where no tests run Python. */
  readonly development: readonly AskedLine[] | undefined;
}

export function pythonLines(target: TargetNeeds, requirements: Requirements): PythonLines {
  const constraints = requirements.constraints.flatMap((text) =>
    requirementLines(text).flatMap(({ value, span }): AskedLine[] => {
      const parsed = parseRequirement(value);
      return parsed ? [{ text: parsed.constraint, span, isConstraint: true }] : [];
    }),
  );
  const isTested = developmentOf(target, requirements) !== undefined;
  return {
    own: target.python.requirements.map(asked),
    constraints,
    development: isTested ? developmentLines(requirements) : undefined,
  };
}

function asked({ value, span }: Located<string>): AskedLine {
  return { text: value.trim(), span, isConstraint: false };
}

/** `-r other.txt` stands for the lines of that root file. */
function developmentLines({ development, constraints }: Requirements): AskedLine[] {
  return requirementLines(development!).flatMap((line) => {
    const included = /^-r\s+(\S+)$/.exec(line.value)?.[1];
    if (included === undefined) return [asked(line)];
    const text = constraints.find(
      ({ path }) => path === posix.join(posix.dirname(development!.path), included),
    );
    return text ? requirementLines(text).map(asked) : [];
  });
}

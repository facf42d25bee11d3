import type { Diagnostic } from '../base/index.ts';
import { type Lockfile, lockProblems, type TargetNeeds } from '../dependencies/index.ts';
import type { TargetRequirements, ToolName } from '../rules/index.ts';
import { toolRequirements } from '../toolchain/index.ts';
import type { BuildRequest } from './outcome.ts';

/** Of tools that only checks take: without one, targets are built and tested all the same. */
export interface CheckTools {
  /** Locked as this program wants them; they may have to be fetched. */
  readonly usable: readonly ToolName[];
  /** Why the others cannot be used. */
  readonly problems: ReadonlyMap<ToolName, Diagnostic>;
}

/** Tests are measured wherever they run; linters run for a check alone. */
export function checkToolsOf(
  requirements: Iterable<TargetRequirements>,
  { mode, checks }: { readonly mode: BuildRequest['mode']; readonly checks?: boolean | undefined },
): ToolName[] {
  if (mode === 'build') return [];
  const names = new Set([...requirements].flatMap(({ checkTools = [] }) => checkTools));
  return [...names].filter((name) => checks === true || name === 'coverage').sort();
}

/** Looks for them in the lock. */
export function lockedCheckTools(lock: Lockfile | undefined, names: readonly ToolName[]): CheckTools {
  const problems = new Map<ToolName, Diagnostic>();
  for (const name of names) {
    const tools = toolRequirements([name]);
    const requirements = { targets: [], constraints: [], development: undefined, nodeFolders: [], tools };
    const [problem] = lockProblems(lock, requirements);
    if (problem) problems.set(name, { ...problem.diagnostic, cause: 'environment' });
  }
  return { usable: names.filter((name) => !problems.has(name)), problems };
}

/** What is to be fetched for them: they belong to no target. */
export function needsOfTools(tools: readonly ToolName[]): TargetNeeds {
  return { label: '', python: { requirements: [] }, maven: [], tools };
}

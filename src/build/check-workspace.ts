import { type Diagnostic, hasErrors } from '../base/index.ts';
import { configurationNotes } from '../config/index.ts';
import { noteFacts } from './note-facts.ts';
import { type BuildEnvironment, openWorkspace, readSources, sourceViews } from './opened-workspace.ts';
import { checkedLock, wantsOf } from './wants.ts';

export interface CheckedWorkspace {
  readonly diagnostics: readonly Diagnostic[];
  /** How many there are. */
  readonly targets: number;
}

/** Everything that can be said without building: configuration, graph, sources, lock. */
export async function checkWorkspace(environment: BuildEnvironment): Promise<CheckedWorkspace> {
  const { host } = environment;
  const opened = await openWorkspace(environment);
  if (!opened.value) return { diagnostics: opened.diagnostics, targets: 0 };
  const { graph, root, workspace } = opened.value;
  const targets = [...graph.targets.values()];
  const notes = configurationNotes(workspace.configuration, noteFacts(host, opened.value));
  const refusals = targets.flatMap((target) => target.refusals ?? []);
  const sources = await readSources(environment, root);
  const diagnostics = [...notes, ...opened.diagnostics, ...refusals, ...sources.diagnostics];
  if (hasErrors(sources.diagnostics)) return { diagnostics, targets: targets.length };
  const wants = wantsOf(targets, sourceViews(host, root, sources.value));
  const lock = checkedLock(host, opened.value, wants);
  return { diagnostics: [...diagnostics, ...lock.diagnostics], targets: targets.length };
}

/**
 * The one pipeline: workspace, graph, plan, actions, `dist/`. It joins the modules and holds what lies between them:
 * which targets need no planning, which actions the cache answers, what is put into `dist/` and remembered. It prints
 * nothing and decides nothing about how a kind of target is built.
 */
export { SHIFTED_CLOCK } from '../execution/index.ts';
export { beginLook } from './begin-look.ts';
export { build } from './build.ts';
export { cacheFolder } from './cache-folder.ts';
export { type Commit, NO_COMMIT, readCommit } from './commit.ts';
export { containerPlace } from './container-place.ts';
export { buildDiagnostics } from './diagnostics.ts';
export {
  type Explanation,
  Explanations,
  explanationText,
  noteText,
  type TargetExplanation,
  timeText,
} from './explanations.ts';
export {
  type BuildEnvironment,
  type OpenedWorkspace,
  openStore,
  openWorkspace,
  readSources,
  SourceChanged,
  sourceChangeOf,
  sourceViews,
} from './opened-workspace.ts';
export type {
  BuildIdentity,
  BuildOutcome,
  BuildRequest,
  BuiltArtifact,
  CheckOutcome,
  LintOutcome,
  LoadOutcome,
  ReadyDeviceTest,
  TargetOutcome,
  TestOutcome,
} from './outcome.ts';
export type { MadeFolder, Program } from './program.ts';
export { NO_REGISTRY, stampOf } from './surroundings.ts';
export { holdWorkspace } from './workspace-lock.ts';

/** Everything that can be said of a workspace without building; loaded late, as only `validate` says it. */
export function loadCheck(): Promise<typeof import('./check-workspace.ts')> {
  return import('./check-workspace.ts');
}

/** What RUN leaves in the store; loaded late, as only `cache` asks for it. */
export function loadContainers(): Promise<typeof import('./container-executor.ts')> {
  return import('./container-executor.ts');
}

/** What looks into rules, tools and locks; loaded late, as a build with nothing to do needs none of it. */
export function loadWants(): Promise<typeof import('./wants.ts')> {
  return import('./wants.ts');
}

/** Archives of the classes of Java's tools; loaded late, as only `prepare` makes them. */
export function loadClassArchives(): Promise<typeof import('./class-archives.ts')> {
  return import('./class-archives.ts');
}

/** Tries what actions run in; loaded late, as only `doctor` asks for it by itself. */
export function loadSandboxTrial(): Promise<typeof import('./try-sandbox.ts')> {
  return import('./try-sandbox.ts');
}

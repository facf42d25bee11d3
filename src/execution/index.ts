/**
 * Runs what is planned: the scheduler, the sandbox (namespaces, or copies where a machine has none), the local
 * executor, and what the sandbox shows of the host. It knows nothing of targets, rules or caching policy.
 * Why a Python launcher: docs/decisions/0002-launcher.md.
 */
export {
  actionEnvironment,
  type EnvironmentSettings,
  SOURCE_DATE_EPOCH,
  SYSTEM_PATH,
} from './environment.ts';
export type { Execution, Executor, FailedExecution, ReadyAction, ReadyMount } from './executor.ts';
export { describeFailure, type ExecutionFailure } from './failure.ts';
export { failureOfError } from './failure-of-error.ts';
export { canRunOwn, probeSandbox } from './probe-sandbox.ts';
export { runtimeRoot } from './runtime-root.ts';
export {
  findPython,
  openSandbox,
  runtimeSalt,
  type Sandbox,
  type SandboxKind,
  type SandboxOptions,
  sandboxSalt,
} from './sandbox.ts';
export { SHIFTED_CLOCK } from './sandbox-roots.ts';
export { type Job, type Limits, type ScheduleOutcome, schedule } from './scheduler.ts';
export { isRootAsSeen, type SeenRoot, seeRoot } from './seen-root.ts';
export { newSession } from './session.ts';
export { isOrderReversed, stageTree } from './staging.ts';
export type { VisibleRoot } from './visible-root.ts';

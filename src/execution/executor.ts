import type { ActionResult, EncodedAction, PlannedAction, Tree } from '../action/index.ts';
import type { Result } from '../base/index.ts';
import type { ExecutionFailure } from './failure.ts';

/** A planned action whose inputs are known. */
export interface ReadyAction {
  readonly planned: PlannedAction;
  readonly work: Tree;
  readonly mounts: readonly ReadyMount[];
  /** The whole environment, as in the key. */
  readonly env: Readonly<Record<string, string>>;
  readonly encoded: EncodedAction;
}

export interface ReadyMount {
  readonly at: string;
  readonly tree: Tree;
  readonly access: 'read-only' | 'scratch';
}

/** What an execution left, and the end of what it printed. */
export interface Execution {
  readonly result: ActionResult;
  readonly outputTree: Tree;
}

/** Runs actions. An exit code other than 0 is a result, not a failure. */
export interface Executor {
  execute(action: ReadyAction, signal: AbortSignal): Promise<Result<Execution, FailedExecution>>;
}

export interface FailedExecution {
  readonly failure: ExecutionFailure;
  /** What was printed before it failed. */
  readonly output: Uint8Array;
}

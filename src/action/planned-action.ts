import type { Label, SourceFile, Span } from '../base/index.ts';
import type { TreeExpression } from './tree-expression.ts';

/** A tree that an action sees beside its working folder. */
export interface Mount {
  /** Absolute in the sandbox: `/deps/component/network`, `/tools/node`, `/w/node_modules`. */
  readonly at: string;
  readonly tree: TreeExpression;
  /** `scratch`: writes are private to the action and dropped. */
  readonly access: 'read-only' | 'scratch';
}

/** A folder of the host that an action sees but that is not in its key: only our own program, keyed by the version in `argv`. */
export interface ProgramMount {
  readonly at: string;
  readonly hostPath: string;
}

/** A file that is made for an action, and where a user wrote what is in it: what tools say of the file is told of that place. */
export interface Origin {
  /** As tools name it: relative to the working folder. */
  readonly file: string;
  /** By line of the file. */
  readonly lines?: Readonly<Record<number, Span>>;
  /** XML whose elements are all in it. */
  readonly merged?: readonly SourceFile[];
}

export interface Resources {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** What a rule wants done: an action whose inputs may be outputs of others. Plain data. */
export interface PlannedAction {
  /** Unique in the build: `component:ai-core#compile-inference-engine`. */
  readonly id: string;
  /** The target that it belongs to; several targets may share an environment, which has none. */
  readonly owner: Label | undefined;
  /** A word for reports and traces: `Step`, `Test`, `Javac`, `Layer`. */
  readonly mnemonic: string;
  /** What a person sees while it runs. */
  readonly description: string;
  readonly argv: readonly string[];
  /** Added to the engine's own deterministic environment; `PATH` is put in front of the system's. */
  readonly env: Readonly<Record<string, string>>;
  /** The writable working folder, at `/w`. */
  readonly work: TreeExpression;
  readonly mounts: readonly Mount[];
  /** What our own commands run on; no other action has any. */
  readonly programs?: readonly ProgramMount[];
  /** One of our own commands that calls programs of the machine. */
  readonly callsMachine?: true;
  /** Relative to `/w`; `['']` captures all of it. A path that is absent afterwards fails the action. */
  readonly outputs: readonly string[];
  readonly network: boolean;
  readonly timeoutMs: number;
  readonly resources: Resources;
  readonly staging: 'overlay' | 'copy';
  readonly isCacheable: boolean;
  /** Its working folder holds the image in which it runs: nothing of the host is shown to it. */
  readonly container?: true;
  /** Its working folder has the workspace's shape, so what it prints of files there is told relative to it. */
  readonly isWorkspaceShaped?: true;
  /** In no key: they only say how its output is told. */
  readonly origins?: readonly Origin[];
  /** In no key, too: whose files lie in its working folder. */
  readonly sourceFolder?: SourceFolder;
  /** Which entry of its caches a container is lent. What caches hold is in no key, and so is this. */
  readonly cacheLocks?: string;
}

/** A folder of the workspace. */
export interface SourceFolder {
  /** Relative to the workspace, which is ''. */
  readonly directory: string;
  /** Whether a source file has this path, relative to the folder. */
  has(path: string): boolean;
}

export const DEFAULT_RESOURCES: Resources = { cpus: 1, memoryBytes: 256 * 2 ** 20 };

/** One hour: long enough for any honest step, short enough that a hung one ends. */
export const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Whether it is one of our own commands that needs no more of the machine than Node does. */
export function needsNodeAlone({ programs, callsMachine }: PlannedAction): boolean {
  return programs !== undefined && callsMachine !== true;
}

import type { Diagnostic } from '../base/index.ts';
import type { DiskStore } from '../cas/index.ts';
import type { BuildConfiguration } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type { Host } from '../host/index.ts';

/** What is looked at: the machine, and the workspace where there is one. */
export interface Examined {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly store: DiskStore;
  readonly workspace: ExaminedWorkspace | undefined;
  /** Whether services may be asked. */
  readonly asksNetwork: boolean;
  /** Tries once what actions run in; the reason is that of `plain`. */
  readonly sandbox: () => Promise<{ readonly kind: string; readonly reason?: string }>;
  /** Why RUN has no range of ids; `undefined` where it has one or needs none. */
  readonly idProblem: () => Diagnostic | undefined;
  /** A text without what looks like a secret, or is one by the environment. */
  readonly hideSecrets: (text: string) => string;
}

export interface ExaminedWorkspace {
  /** Absolute. */
  readonly root: string;
  /** What `validate` says, without what it says of the lock. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where the configuration does not hold together. */
  readonly declared?: {
    readonly configuration: BuildConfiguration;
    readonly targets: readonly Target[];
    /** Of the targets, with their tests. */
    readonly tools: readonly NeededTool[];
    /** Names of `dependencies.system` that the machine does not have. */
    readonly system: readonly Diagnostic[];
    /** Absent where the sources cannot be read. */
    readonly lock?: {
      readonly problems: readonly Diagnostic[];
      /** Locked files that the cache lacks. */
      readonly missingFiles: number;
      /** Hosts that locked addresses name, `https://host:port`. */
      readonly origins: readonly string[];
    };
    readonly failures: readonly FailedStep[];
  };
}

/** A tool as it was found. */
export interface NeededTool {
  readonly name: string;
  /** Empty where it is missing. */
  readonly version: string;
  /** Ours, by the lock; otherwise the machine's. */
  readonly isLocked: boolean;
  /** Where a program of the machine lies, or its folder. */
  readonly place?: string;
  readonly problems: readonly Diagnostic[];
  /** Labels of the targets that need it. */
  readonly neededBy: readonly string[];
}

/** A step whose last run was bad. */
export interface FailedStep {
  readonly label: string;
  /** Of the action. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly reasons: readonly string[];
}

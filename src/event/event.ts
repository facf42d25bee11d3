import type { DiagnosticJson, Digest } from '../base/index.ts';

/** Something that happened, as data. The JSON-lines form is version 1: this shape, one object a line. */
export interface BuildEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly type: string;
  readonly payload: object;
}

/** Where events go; never throws, never blocks. */
export type EventSink = (type: string, payload: object) => void;

/** Payloads of the lifecycle of a build and its actions, which all subscribers understand. */
export interface ActionEvents {
  'build.started': {
    /** What was called: `build`, `test`, `images`, `release`. */
    readonly verb: string;
    readonly mode: 'build' | 'test';
    /** As they were asked for: `all`, labels, names. */
    readonly targets: readonly string[];
    readonly jobs: number;
  };
  /** The whole plan grows as targets are planned; the count known so far. */
  'build.planned': {
    readonly actions: number;
    readonly targets: number;
    readonly upToDate: number;
    /** The workspace's name. */
    readonly workspace?: string;
    /** Milliseconds that actions took in earlier builds, by id, where known. */
    readonly expectedMs?: Readonly<Record<string, number>>;
  };
  /** All that it needs is there, its result is not in the cache: from here to `action.started` it waits for resources. */
  'action.ready': {
    readonly id: string;
    readonly label: string;
    readonly mnemonic: string;
    readonly description: string;
    /** Ids of the actions whose outputs it takes. */
    readonly needs: readonly string[];
  };
  'action.started': {
    readonly id: string;
    readonly label: string;
    readonly mnemonic: string;
    readonly description: string;
  };
  'action.cached': ActionDone;
  'action.finished': ActionDone;
  'action.skipped': { readonly id: string; readonly label: string; readonly because: string };
  log: { readonly level: 'debug' | 'info' | 'warning'; readonly message: string };
  'build.finished': BuildFinished;
}

/** How a build came out. */
export interface BuildFinished {
  /** 0 done, 1 something failed, 2 wrong input, 3 something is missing, 130 interrupted. */
  readonly exitCode: number;
  readonly durationMs: number;
  /** Absent where nothing could be built at all. */
  readonly identity?: {
    readonly workspace: string;
    readonly buildId: string;
    readonly version: string;
    readonly commit: string;
    readonly branch: string;
  };
  readonly targets: readonly {
    readonly label: string;
    readonly status: string;
    readonly durationMs: number;
  }[];
  readonly artifacts: readonly {
    readonly label: string;
    readonly path: string;
    readonly type: string;
    readonly sizeBytes: number;
    readonly sha256: string;
    readonly status: string;
  }[];
  readonly diagnostics: readonly DiagnosticJson[];
}

export interface ActionDone {
  readonly id: string;
  readonly label: string;
  readonly mnemonic: string;
  readonly description: string;
  readonly action: Digest | undefined;
  readonly exitCode: number;
  readonly durationMs: number;
  /** Text of the output, invalid UTF-8 replaced, at most its last 64 KiB; the whole is in the store. */
  readonly output: string;
  readonly stdout: Digest | undefined;
  /** Why it failed, for a person; absent on success. */
  readonly failure?: string;
  readonly cpuMs: number;
  readonly peakMemoryBytes: number;
}

/** What `failure` says of an action that ended because the user stopped the build. */
export const INTERRUPTED = 'was interrupted';

export type ActionEventType = keyof ActionEvents;

/** Emits with the payload's type checked. */
export function emit<T extends ActionEventType>(sink: EventSink, type: T, payload: ActionEvents[T]): void {
  sink(type, payload);
}

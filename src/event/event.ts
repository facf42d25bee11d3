import type { Digest } from '../base/index.ts';

/** Something that happened, as data. The JSON-lines form is version 1: this shape, one object a line. */
export interface BuildEvent {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly type: string;
  readonly payload: object;
}

/** Where events go; never throws, never blocks. */
export type EventSink = (type: string, payload: object) => void;

/** Payloads of the action lifecycle, which all subscribers understand. */
export interface ActionEvents {
  /** The whole plan grows as targets are planned; the count known so far. */
  'build.planned': {
    readonly actions: number;
    readonly targets: number;
    readonly upToDate: number;
    /** Milliseconds that actions took in earlier builds, by id, where known. */
    readonly expectedMs?: Readonly<Record<string, number>>;
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

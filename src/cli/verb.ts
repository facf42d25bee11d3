import type { Program } from '../build/index.ts';
import type { Host } from '../host/index.ts';
import type { Look } from '../look/index.ts';
import type { ParsedFlags } from './flags.ts';
import type { Reporter } from './report/reporter.ts';

/** 0 done; 1 the build, a test or a gate failed; 2 the input is wrong; 3 something is missing; 70 our bug; 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 70 | 130 | PassedOn;

/** What a program of the user ended with. */
export type PassedOn = number & { readonly isPassedOn: true };

/** What a verb is given. */
export interface VerbContext {
  readonly host: Host;
  readonly program: Program;
  /** When the process began, by the monotonic clock. */
  readonly startedMs: number;
  readonly positionals: readonly string[];
  readonly flags: ParsedFlags;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Where the search for the workspace begins, absolute. */
  readonly directory: string;
  /** Begun before the verb was loaded, for one that builds. */
  readonly look?: Look | undefined;
}

export type Verb = (context: VerbContext) => Promise<ExitCode>;

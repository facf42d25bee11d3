import { parseJson } from './parse-json.ts';

/**
 * A Dockerfile as data that the command `image-assemble` carries out: stages of typed steps whose words still have
 * their variables, because a stage on another image reads that image's environment, known only when it is built.
 */
export interface ImagePlan {
  readonly architecture: string;
  /** Seconds since 1970, for the config and every file. */
  readonly createdAt: number;
  /** The Dockerfile's `escape` character. */
  readonly escape: string;
  /** Values that replace an ARG's default. */
  readonly buildArgs: Readonly<Record<string, string>>;
  /** ARGs in front of the first FROM, and the platform's. */
  readonly globalArgs: Readonly<Record<string, string>>;
  /** What the last stage needs, in order; the last is the image. */
  readonly stages: readonly StagePlan[];
}

export interface StagePlan {
  readonly base: StageBase;
  readonly steps: readonly Step[];
}

export type StageBase =
  | { readonly kind: 'scratch' }
  /** Index into `stages`, lower than its own. */
  | { readonly kind: 'stage'; readonly index: number }
  /** An OCI layout of the workspace; relative to the working folder or absolute. */
  | { readonly kind: 'layout'; readonly path: string };

/** `text` is the instruction as written, for the history and for errors. */
export type Step = { readonly text: string } & (
  | { readonly do: 'arg'; readonly args: readonly { readonly name: string; readonly word?: string }[] }
  | { readonly do: 'env' | 'label'; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly do: 'copy'; readonly copy: CopyStep }
  | { readonly do: 'workdir' | 'user' | 'stopsignal'; readonly word: string }
  | { readonly do: 'expose' | 'volume'; readonly words: readonly string[] }
  | { readonly do: 'cmd' | 'entrypoint'; readonly command: CommandLine }
  | { readonly do: 'shell'; readonly argv: readonly string[] }
  | { readonly do: 'healthcheck'; readonly check: HealthcheckStep }
  | { readonly do: 'maintainer'; readonly name: string }
);

/** Exec form as it is; shell form is run by the shell in force. */
export type CommandLine =
  | { readonly form: 'exec'; readonly argv: readonly string[] }
  | { readonly form: 'shell'; readonly script: string };

export interface HealthcheckStep {
  /** Absent for `NONE`. */
  readonly command?: CommandLine;
  readonly intervalNs?: number;
  readonly timeoutNs?: number;
  readonly startPeriodNs?: number;
  readonly startIntervalNs?: number;
  readonly retries?: number;
}

export interface CopyStep {
  readonly sources: readonly CopySource[];
  readonly destination: string;
  readonly chown?: string;
  readonly chmod?: string;
  /** An ADD unpacks local archives. */
  readonly isAdd: boolean;
}

export type CopySource =
  /** A folder of the working folder or `/deps`; `word` is a pattern inside it. */
  | { readonly from: 'folder'; readonly path: string; readonly word: string }
  | { readonly from: 'stage'; readonly index: number; readonly word: string }
  | { readonly from: 'layout'; readonly path: string; readonly word: string }
  /** A here-document; `isLiteral` when its name is quoted. */
  | { readonly from: 'inline'; readonly name: string; readonly content: string; readonly isLiteral: boolean };

/** Reads a plan that `JSON.stringify` wrote; `undefined` when it is none. It comes from our own rule, so only its outline is checked. */
export function parseImagePlan(text: string): ImagePlan | undefined {
  const plan = parseJson(text) as Partial<ImagePlan> | undefined;
  const isPlan =
    typeof plan === 'object' &&
    plan !== null &&
    Array.isArray(plan.stages) &&
    plan.stages.length > 0 &&
    typeof plan.architecture === 'string' &&
    typeof plan.escape === 'string' &&
    Number.isSafeInteger(plan.createdAt);
  return isPlan ? (plan as ImagePlan) : undefined;
}

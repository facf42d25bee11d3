import { parseJson } from './parse-json.ts';

export const PLAN_FORMAT = 2;

/**
 * A Dockerfile as data that the command `image-assemble` carries out: stages of typed steps whose words still have
 * their variables, because a stage on another image reads that image's environment, known only when it is built.
 */
export interface ImagePlan {
  /** Of what the same words mean: higher whenever the same plan gives other bytes. */
  readonly format: typeof PLAN_FORMAT;
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
  /** `linux/arm64/v8`; absent where it is the image's own. */
  readonly platform?: string;
  /** Not for the machine's own platform: what it copies must not be a program for another one. */
  readonly isForeign?: true;
  /** The base's ONBUILD triggers as they were read; their steps stand in front. A base that has others is refused. */
  readonly triggers?: readonly string[];
}

/** `linux/arm64/v8`. */
export function platformOfStage({ architecture }: ImagePlan, { platform }: StagePlan): string {
  return platform ?? `linux/${architecture}`;
}

export type StageBase =
  | { readonly kind: 'scratch' }
  /** Index into `stages`, lower than its own. */
  | { readonly kind: 'stage'; readonly index: number }
  /** An OCI layout of the workspace; relative to the working folder or absolute. */
  | { readonly kind: 'layout'; readonly path: string }
  /** An image of a registry; whoever builds puts its layout in place and says so by `withLayouts`. */
  | ({ readonly kind: 'registry' } & RegistryImage)
  /** Goes on where another segment ended: its layout, and its state beside it. `isNewStage` for a FROM of that stage. */
  | {
      readonly kind: 'continued';
      readonly path: string;
      readonly statePath: string;
      readonly isNewStage: boolean;
    };

export interface RegistryImage {
  /** As it was written, with variables replaced. */
  readonly reference: string;
  /** `linux/amd64`. */
  readonly platform: string;
}

/** One text for an image of a registry, by which a lock keeps it. */
export function imageKey({ reference, platform }: RegistryImage): string {
  return `${reference} ${platform}`;
}

/** `text` is the instruction as written, for the history and for errors. */
export type Step = { readonly text: string } & (
  | { readonly do: 'arg'; readonly args: readonly { readonly name: string; readonly word?: string }[] }
  | { readonly do: 'env' | 'label'; readonly pairs: readonly (readonly [string, string])[] }
  | { readonly do: 'copy'; readonly copy: CopyStep }
  | { readonly do: 'run'; readonly run: RunStep; readonly layer?: RunLayer }
  | { readonly do: 'workdir' | 'user' | 'stopsignal'; readonly word: string }
  | { readonly do: 'expose' | 'volume'; readonly words: readonly string[] }
  | { readonly do: 'cmd' | 'entrypoint'; readonly command: CommandLine }
  | { readonly do: 'shell'; readonly argv: readonly string[] }
  | { readonly do: 'healthcheck'; readonly check: HealthcheckStep }
  | { readonly do: 'maintainer'; readonly name: string }
  | { readonly do: 'onbuild'; readonly trigger: string }
);

export interface RunStep {
  readonly command: CommandLine;
  /** A here-document that begins with `#!`: an executable file at its absolute path, seen by this RUN alone. */
  readonly file?: { readonly path: string; readonly content: string };
  readonly mounts: readonly MountWords[];
  readonly network: 'default' | 'none' | 'host';
}

/** A `--mount` with its variables: read with `readMount` where they are known. */
export interface MountWords {
  /** Keys in lower case; without a value for a bare `readonly`. */
  readonly fields: readonly (readonly [key: string, word?: string])[];
  /** What `from` names; the build context, or nothing, without it. */
  readonly origin?: FileOrigin;
  /** Where `source` lies in `origin`, where that is known already. */
  readonly source?: string;
}

/** What a RUN that has been run left: a JSON document as `runLayerText` writes it, relative to the working folder. */
export interface RunLayer {
  readonly path: string;
}

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
  /** An ADD unpacks local archives, unless `unpack` says otherwise. */
  readonly isAdd: boolean;
  readonly unpack?: boolean;
  /** Does not look at what the stage has: no link of it is followed, missing folders are new. */
  readonly isLink?: boolean;
  /** Keeps the folders of a source, from `/./` on where it has one. */
  readonly keepsParents?: boolean;
  /** Patterns as in `.dockerignore`, relative to each source. */
  readonly excludes?: readonly string[];
}

/** Where files come from that are not the stage's own. */
export type FileOrigin =
  /** A folder of the working folder or `/deps`. */
  | { readonly from: 'folder'; readonly path: string }
  | { readonly from: 'stage'; readonly index: number }
  | { readonly from: 'layout'; readonly path: string }
  | ({ readonly from: 'registry' } & RegistryImage);

export type CopySource =
  /** `word` is a pattern inside it. */
  | (FileOrigin & { readonly word: string })
  /** A here-document; `isLiteral` when its name is quoted. */
  | { readonly from: 'inline'; readonly name: string; readonly content: string; readonly isLiteral: boolean }
  /** A file that was fetched to `path` before; anything but these bytes is refused. */
  | {
      readonly from: 'url';
      readonly url: string;
      readonly name: string;
      readonly sha256: string;
      readonly path: string;
    };

/** Reads a plan that `JSON.stringify` wrote; `undefined` when it is none. It comes from our own rule, so only its outline is checked. */
export function parseImagePlan(text: string): ImagePlan | undefined {
  const plan = parseJson(text) as Partial<ImagePlan> | undefined;
  const isPlan =
    typeof plan === 'object' &&
    plan !== null &&
    Array.isArray(plan.stages) &&
    plan.stages.length > 0 &&
    plan.format === PLAN_FORMAT &&
    typeof plan.architecture === 'string' &&
    typeof plan.escape === 'string' &&
    Number.isSafeInteger(plan.createdAt);
  return isPlan ? (plan as ImagePlan) : undefined;
}

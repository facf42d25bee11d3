import { type Label, nearest, type SourceFile, type Span } from '../../base/index.ts';
import {
  applyStep,
  type CopySource,
  expandIn,
  lookupVariable,
  type MountWords,
  type PlanScope,
  plainVariablesOf,
  type RegistryImage,
  type StageBase,
  type StageState,
  type Step,
  type WordFailure,
} from '../../oci/index.ts';
import type { Checks } from './checks.ts';
import type { ContextFiles } from './context-files.ts';
import type { DockerInstruction } from './dockerfile.ts';
import type { ImageInputs } from './image-inputs.ts';
import type { Problems } from './problems.ts';
import type { Word } from './words.ts';

/** What a Dockerfile is read against. */
export interface ImageSurroundings {
  readonly file: SourceFile;
  /** That the image is for. */
  readonly architecture: string;
  /** The machine's, on which it is built; the same unless told. */
  readonly buildArchitecture?: string;
  /** Platforms that images of the workspace are for; absent where that is the machine's alone. */
  readonly platforms?: readonly string[];
  readonly createdAt: number;
  readonly imagePrefix: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly context: ContextFiles;
  readonly problems: Problems;
  isNeeded(label: Label): boolean;
  /** The Dockerfile of an image of the workspace, for its ONBUILD triggers; `undefined` where it has none. */
  dockerfileOf(label: Label): SourceFile | undefined;
  /** Whether an image of the workspace is made of packages whose scripts never ran, or stands on one that is. */
  isUnpacked?(label: Label): boolean;
  /** The ONBUILD triggers of a registry's image, where they are known. */
  triggersOf?(image: RegistryImage): readonly string[];
}

/** A stage while it is read; `state` is what can be told without the base image. */
export interface DraftStage {
  readonly name: string | undefined;
  readonly base: StageBase;
  /** The image of the workspace that it stands on, itself or by way of other stages. */
  readonly imageBelow: Label | undefined;
  readonly platform: string;
  readonly steps: Step[];
  /** Stages that it copies from or stands on. */
  readonly uses: Set<number>;
  /** Its own ONBUILD instructions, carried out where another stage stands on it. */
  readonly triggers: Trigger[];
  /** Those of its base. */
  readonly baseTriggers: readonly Trigger[];
  state: StageState;
  /** A relative WORKDIR starts from one that this Dockerfile set. */
  hasWorkdir: boolean;
}

/** The instruction behind an ONBUILD, where it was written. */
export interface Trigger {
  readonly text: string;
  readonly instruction: DockerInstruction;
}

/** What is known while a Dockerfile is read from top to bottom. */
export interface ImageReading extends ImageSurroundings {
  readonly scope: PlanScope;
  readonly stages: DraftStage[];
  readonly inputs: ImageInputs;
  /** The files of the context that a source of COPY or a mount takes. */
  readonly taken: Map<CopySource | MountWords, ReadonlySet<string>>;
  /** Those in force for the instruction that is read. */
  checks: Checks;
}

/** The value of a word here and now; reports why there is none. */
export function expandNow(
  reading: ImageReading,
  { state }: Pick<DraftStage, 'state'>,
  word: Word,
): string | undefined {
  const value = expandIn(state, reading.scope, word.text);
  if (value.ok) return value.value;
  if (value.failure.kind !== 'unknown') reportFailure(reading, value.failure, word.span);
  else unknownVariable(reading, value.failure.name, word);
  return undefined;
}

export function unknownVariable({ problems }: ImageReading, name: string, word: Word): undefined {
  return problems.add('image/unknown-variable', word.span, {
    message: `the value of ${name} comes from the base image, but what is copied must be known before it is built`,
    hint: `set it in this Dockerfile: ARG ${name}=... or ENV ${name}=...`,
  });
}

/** An instruction as a step, with the words in which variables are replaced. */
export interface ReadStep {
  readonly step: Step;
  readonly words: readonly Word[];
}

/** Applies a step as far as it can be told now. */
export function addStep(
  reading: ImageReading,
  stage: DraftStage,
  read: ReadStep & { readonly span: Span },
): void {
  const { step, words, span } = read;
  stage.steps.push(step);
  for (const word of words) checkVariables(reading, stage, word);
  const applied = applyStep(stage.state, step, reading.scope);
  if (applied.ok) stage.state = applied.value;
  else if (applied.failure.kind === 'unknown') stage.state = withoutSet(stage.state, step);
  else reportFailure(reading, applied.failure, span);
}

export function reportFailure(
  { problems }: ImageReading,
  failure: Exclude<WordFailure, { kind: 'unknown' }> | { readonly kind: 'invalid'; readonly message: string },
  span: Span,
): void {
  if (failure.kind === 'malformed') {
    problems.add('image/malformed', span, {
      message: failure.message,
      hint: 'close it, or escape the character',
    });
  } else if (failure.kind === 'required') {
    problems.add('image/bad-value', span, {
      message: failure.message,
      hint: `set ${failure.name} by ARG or ENV`,
    });
  } else
    problems.add('image/bad-value', span, {
      message: failure.message,
      hint: 'see the Dockerfile reference for its form',
    });
}

/** A variable that now has a value from the base image is not known any more. */
function withoutSet(state: StageState, step: Step): StageState {
  const names =
    step.do === 'env'
      ? step.pairs.map(([name]) => name)
      : step.do === 'arg'
        ? step.args.map(({ name }) => name)
        : [];
  const args = Object.fromEntries(Object.entries(state.args).filter(([name]) => !names.includes(name)));
  const Env = (state.config.Env ?? []).filter((each) => !names.includes(each.slice(0, each.indexOf('='))));
  return { ...state, args, config: { ...state.config, Env } };
}

export function checkVariables({ scope, checks }: ImageReading, { state }: DraftStage, word: Word): void {
  for (const name of new Set(plainVariablesOf(word.text, scope.escape))) {
    if (lookupVariable(state, name).kind !== 'unset' || Object.hasOwn(state.args, name)) continue;
    const near = nearest(name, variableNames(state));
    checks.warn('UndefinedVar', variableSpan(word, name), {
      message: `nothing sets ${name}, so it is empty`,
      hint:
        near === undefined
          ? `declare it by ARG ${name} or ENV ${name}=..., or write \${${name}:-default}`
          : `did you mean ${near}?`,
    });
  }
}

function variableNames({ args, config }: StageState): string[] {
  return [...Object.keys(args), ...(config.Env ?? []).map((each) => each.replace(/=.*/s, ''))];
}

/** Where a word names a variable; the whole word where it goes over several lines. */
export function variableSpan(word: Word, name: string): Span {
  const at = word.text.search(new RegExp(`\\$\\{?${name}\\b`));
  const isPlain = word.span.file.text.slice(word.span.start, word.span.end) === word.text;
  if (!isPlain || at < 0) return word.span;
  const start = word.span.start + at;
  return { ...word.span, start, end: start + /^\$\{?\w+\}?/.exec(word.text.slice(at))![0].length };
}

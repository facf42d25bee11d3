import type { Label, SourceFile, Span } from '../../base/index.ts';
import {
  applyStep,
  lookupVariable,
  type PlanScope,
  parseReference,
  plainVariablesOf,
  type StageBase,
  type StageState,
  type Step,
  type WordFailure,
} from '../../oci/index.ts';
import type { ContextFiles } from './context-files.ts';
import type { ImageInputs } from './image-inputs.ts';
import type { Problems } from './problems.ts';
import type { ReadStep } from './read-step.ts';
import type { Word } from './words.ts';

/** What a Dockerfile is read against. */
export interface ImageSurroundings {
  readonly file: SourceFile;
  readonly architecture: string;
  readonly createdAt: number;
  readonly imagePrefix: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly context: ContextFiles;
  readonly problems: Problems;
  isNeeded(label: Label): boolean;
}

/** A stage while it is read; `state` is what can be told without the base image. */
export interface DraftStage {
  readonly name: string | undefined;
  readonly base: StageBase;
  readonly steps: Step[];
  /** Stages that it copies from or stands on. */
  readonly uses: Set<number>;
  state: StageState;
}

/** What is known while a Dockerfile is read from top to bottom. */
export interface ImageReading extends ImageSurroundings {
  readonly scope: PlanScope & { readonly globalArgs: Record<string, string> };
  readonly stages: DraftStage[];
  readonly inputs: ImageInputs;
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

export function checkVariables({ scope, problems }: ImageReading, { state }: DraftStage, word: Word): void {
  for (const name of new Set(plainVariablesOf(word.text, scope.escape))) {
    if (lookupVariable(state, name).kind !== 'unset' || Object.hasOwn(state.args, name)) continue;
    const at = word.text.search(new RegExp(`\\$\\{?${name}\\b`));
    const isPlain = word.span.file.text.slice(word.span.start, word.span.end) === word.text;
    const start = word.span.start + Math.max(0, at);
    const span = isPlain
      ? { ...word.span, start, end: start + /^\$\{?\w+\}?/.exec(word.text.slice(at))![0].length }
      : word.span;
    problems.add('image/undefined-variable', span, {
      severity: 'warning',
      message: `nothing sets ${name}, so it is empty`,
      hint: `declare it by ARG ${name} or ENV ${name}=..., or write \${${name}:-default}`,
    });
  }
}

/** The place of a workspace image's layout; any other image is refused by name. */
export function workspaceImage(reading: ImageReading, word: Word): string | undefined {
  const { problems, imagePrefix, inputs } = reading;
  const reference = parseReference(word.text);
  if (!reference) {
    return problems.add('image/malformed', word.span, {
      message: `${word.text === '' ? 'an empty text' : word.text} is not the name of an image`,
      hint: `write scratch, a stage, or ${imagePrefix}<name>`,
    });
  }
  const { registry, repository, digest } = reference;
  if (
    registry !== undefined ||
    digest !== undefined ||
    !repository.startsWith(imagePrefix) ||
    repository.includes('/')
  ) {
    return problems.add('image/registry-image', word.span, {
      message: `${word.text} is not an image of the workspace, and images cannot be pulled from a registry yet`,
      hint: `stand on scratch, or on docker/Dockerfile.<name> as ${imagePrefix}<name>`,
    });
  }
  const label: Label = { kind: 'image', name: repository.slice(imagePrefix.length) };
  if (reading.isNeeded(label)) return inputs.whole(label);
  return problems.add('image/missing-need', word.span, {
    message: `the workspace has no image ${label.name}`,
    hint: `write docker/Dockerfile.${label.name}, or correct the name`,
  });
}

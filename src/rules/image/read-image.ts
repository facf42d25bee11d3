import {
  continueStage,
  expandWord,
  type ImagePlan,
  type StageBase,
  type Step,
  startStage,
} from '../../oci/index.ts';
import { type DockerInstruction, parseDockerfile } from './dockerfile.ts';
import { ImageInputs } from './image-inputs.ts';
import {
  addStep,
  type DraftStage,
  type ImageReading,
  type ImageSurroundings,
  reportFailure,
  workspaceImage,
} from './image-reading.ts';
import { readCopy } from './read-copy.ts';
import { readStep } from './read-step.ts';
import { splitFlags, splitQuotedWords, splitWords, type Word } from './words.ts';

export interface ReadImage {
  readonly plan: ImagePlan;
  readonly inputs: ImageInputs;
}

/** Reads a Dockerfile whole; `undefined` where not even a stage could be made of it. All problems are reported. */
export function readImage(surroundings: ImageSurroundings): ReadImage | undefined {
  const { file, problems, architecture, createdAt, buildArgs } = surroundings;
  const dockerfile = parseDockerfile(file);
  if (dockerfile.badEscape) {
    problems.add('image/bad-directive', dockerfile.badEscape, {
      message: 'the escape character is a backslash or a backtick',
      hint: 'write # escape=` or leave the line out',
    });
  }
  const scope = { escape: dockerfile.escape, buildArgs, globalArgs: platformArgs(architecture) };
  const reading: ImageReading = { ...surroundings, scope, stages: [], inputs: new ImageInputs() };
  for (const instruction of dockerfile.instructions) readInstruction(reading, instruction);
  if (reading.stages.length > 0) {
    return {
      plan: { architecture, createdAt, ...scope, stages: neededStages(reading.stages) },
      inputs: reading.inputs,
    };
  }
  if (problems.all.length > 0) return undefined;
  return problems.add(
    'image/no-stage',
    { file, start: 0, end: Math.max(1, file.text.search(/$/m)) },
    {
      message: 'the Dockerfile has no FROM',
      hint: 'begin it with FROM scratch or FROM <image of the workspace>',
    },
  );
}

function platformArgs(architecture: string): Record<string, string> {
  const args: Record<string, string> = {};
  for (const side of ['TARGET', 'BUILD']) {
    Object.assign(args, {
      [`${side}PLATFORM`]: `linux/${architecture}`,
      [`${side}OS`]: 'linux',
      [`${side}ARCH`]: architecture,
      [`${side}VARIANT`]: '',
    });
  }
  return args;
}

function readInstruction(reading: ImageReading, instruction: DockerInstruction): void {
  const { keyword, keywordSpan } = instruction;
  const stage = reading.stages.at(-1);
  if (keyword === 'FROM') readFrom(reading, instruction);
  else if (!stage && keyword === 'ARG') readGlobalArg(reading, instruction);
  else if (keyword === 'COPY' || keyword === 'ADD') {
    if (stage) readCopy(reading, stage, instruction);
    else beforeFrom(reading, instruction);
  } else {
    const read = readStep({ instruction, escape: reading.scope.escape, problems: reading.problems });
    if (read && stage)
      addStep(reading, stage, {
        ...read,
        span: instruction.body.value === '' ? keywordSpan : instruction.body.whole(),
      });
    else if (read) beforeFrom(reading, instruction);
  }
}

function beforeFrom({ problems }: ImageReading, { keyword, keywordSpan }: DockerInstruction): void {
  problems.add('image/no-stage', keywordSpan, {
    message: `${keyword} comes before the first FROM`,
    hint: 'only ARG may; begin the stage with FROM',
  });
}

function readGlobalArg(reading: ImageReading, { body }: DockerInstruction): void {
  const { globalArgs, buildArgs, escape: escapeCharacter } = reading.scope;
  for (const { text, span } of splitQuotedWords(body, escapeCharacter)) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const word = equals < 0 ? '' : text.slice(equals + 1);
    const value = expandGlobally(reading, { text: word, span });
    if (Object.hasOwn(buildArgs, name)) globalArgs[name] = buildArgs[name]!;
    else if (value !== undefined && (equals >= 0 || !Object.hasOwn(globalArgs, name)))
      globalArgs[name] = value;
  }
}

function expandGlobally(reading: ImageReading, word: Word): string | undefined {
  const { globalArgs } = reading.scope;
  const value = expandWord(word.text, {
    escape: reading.scope.escape,
    lookup: (name) =>
      Object.hasOwn(globalArgs, name) ? { kind: 'set', value: globalArgs[name]! } : { kind: 'unset' },
  });
  if (value.ok) return value.value;
  if (value.failure.kind !== 'unknown') reportFailure(reading, value.failure, word.span);
  return undefined;
}

function readFrom(reading: ImageReading, instruction: DockerInstruction): void {
  const { problems, stages } = reading;
  const { flags, rest } = splitFlags(instruction.body);
  const [image, as, name, ...more] = splitWords(rest);
  const isNamed = as?.text.toUpperCase() === 'AS' && name !== undefined;
  if (!image || (as && !isNamed) || more.length > 0) {
    problems.add('image/malformed', rest.value === '' ? instruction.keywordSpan : rest.whole(), {
      message: 'FROM cannot be read',
      hint: 'write FROM image, or FROM image AS name',
    });
  }
  for (const flag of flags) {
    const platform =
      flag.name === 'platform'
        ? expandGlobally(reading, { text: flag.value ?? '', span: flag.span })
        : undefined;
    if (flag.name !== 'platform') {
      problems.add('image/unknown-flag', flag.span, {
        message: `FROM has no flag --${flag.name}`,
        hint: 'its flag is --platform',
      });
    } else if (platform !== `linux/${reading.architecture}`) {
      problems.add('image/platform', flag.span, {
        message: `the image is built for linux/${reading.architecture}, not for ${platform ?? flag.value ?? ''}`,
        hint: 'leave the flag out, or write --platform=$TARGETPLATFORM',
      });
    }
  }
  const base = image && readBase(reading, image);
  const stageName = isNamed ? name.text.toLowerCase() : undefined;
  const index = base?.kind === 'stage' ? base.index : undefined;
  const state =
    index !== undefined
      ? continueStage(stages[index]!.state)
      : startStage(base?.kind === 'scratch' ? 'scratch' : 'unknown');
  const uses = new Set(index === undefined ? [] : [index]);
  stages.push({ name: stageName, base: base ?? { kind: 'scratch' }, steps: [], uses, state });
}

function readBase(reading: ImageReading, word: Word): StageBase | undefined {
  const value = expandGlobally(reading, word);
  if (value === undefined) return undefined;
  if (value === 'scratch') return { kind: 'scratch' };
  const index = reading.stages.findLastIndex(
    ({ name }) => name !== undefined && name === value.toLowerCase(),
  );
  if (index >= 0) return { kind: 'stage', index };
  const path = workspaceImage(reading, { text: value, span: word.span });
  return path === undefined ? undefined : { kind: 'layout', path };
}

/** What the last stage needs, renumbered. */
function neededStages(stages: readonly DraftStage[]): ImagePlan['stages'] {
  const needed = new Set<number>();
  const visit = (index: number): void => {
    if (needed.has(index)) return;
    for (const used of stages[index]!.uses) visit(used);
    needed.add(index);
  };
  visit(stages.length - 1);
  const kept = [...needed].sort((a, b) => a - b);
  return kept.map((index) => {
    const { base, steps } = stages[index]!;
    const renumbered = base.kind === 'stage' ? { ...base, index: kept.indexOf(base.index) } : base;
    return { base: renumbered, steps: steps.map((step) => renumber(step, kept)) };
  });
}

function renumber(step: Step, kept: readonly number[]): Step {
  if (step.do !== 'copy') return step;
  const sources = step.copy.sources.map((source) =>
    source.from === 'stage' ? { ...source, index: kept.indexOf(source.index) } : source,
  );
  return { ...step, copy: { ...step.copy, sources } };
}

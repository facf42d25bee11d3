import type { Label } from '../../base/index.ts';
import { type ImagePlan, PLAN_FORMAT, parsePort, type Step } from '../../oci/index.ts';
import { checkFile } from './check-file.ts';
import { Checks } from './checks.ts';
import { type Dockerfile, type DockerInstruction, parseDockerfile } from './dockerfile.ts';
import { ImageInputs } from './image-inputs.ts';
import { addStep, type DraftStage, type ImageReading, type ImageSurroundings } from './image-reading.ts';
import { readCopy } from './read-copy.ts';
import { checkDefaultBase, readFrom, readGlobalArg } from './read-from.ts';
import { readRun } from './read-run.ts';
import { readStep } from './read-step.ts';
import { readTrigger } from './triggers.ts';
import type { Word } from './words.ts';

export interface ReadImage {
  readonly plan: ImagePlan;
  readonly inputs: ImageInputs;
  /** The image of the workspace that the last stage stands on, itself or by way of others. */
  readonly imageBelow: Label | undefined;
  /** The files of the context that a source of COPY or a mount takes. */
  readonly taken: ImageReading['taken'];
}

/** Reads a Dockerfile whole; `undefined` where not even a stage could be made of it. All problems are reported. */
export function readImage(surroundings: ImageSurroundings): ReadImage | undefined {
  const { file, problems, architecture, createdAt, buildArgs } = surroundings;
  const dockerfile = parseDockerfile(file);
  checkDirectives(dockerfile, problems);
  const checks = Checks.read(
    problems,
    dockerfile.directives.find(({ name }) => name === 'check'),
  );
  checkFile(dockerfile, checks);
  const globalArgs = globalArgsOf(surroundings, dockerfile);
  const scope = { escape: dockerfile.escape, buildArgs, globalArgs };
  const reading: ImageReading = {
    ...surroundings,
    scope,
    stages: [],
    inputs: new ImageInputs(),
    taken: new Map(),
    checks,
  };
  const values = { globalArgs, defaults: { ...globalArgs } };
  for (const instruction of dockerfile.instructions) {
    reading.checks = checks.above(instruction.comments);
    readInstruction(reading, instruction, values);
  }
  if (reading.stages.length > 0) {
    const stages = neededStages(reading.stages, surroundings);
    return {
      plan: { format: PLAN_FORMAT, architecture, createdAt, ...scope, stages },
      inputs: reading.inputs,
      taken: reading.taken,
      imageBelow: reading.stages.at(-1)!.imageBelow,
    };
  }
  if (problems.all.some(({ severity }) => severity === 'error')) return undefined;
  return problems.add(
    'image/no-stage',
    { file, start: 0, end: Math.max(1, file.text.search(/$/m)) },
    {
      message: 'the Dockerfile has no FROM',
      hint: 'begin it with FROM scratch or FROM <image of the workspace>',
    },
  );
}

/** Those whose language this is. */
const FRONTEND = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?:[:@]\S*)?$/;

function checkDirectives(
  { directives, repeated }: Dockerfile,
  problems: ImageSurroundings['problems'],
): void {
  const escapes = directives.find(({ name }) => name === 'escape');
  if (escapes && escapes.value !== '\\' && escapes.value !== '`') {
    problems.add('image/bad-directive', escapes.span, {
      message: 'the escape character is a backslash or a backtick',
      hint: 'write # escape=` or leave the line out',
    });
  }
  const syntax = directives.find(({ name }) => name === 'syntax');
  if (syntax && !FRONTEND.test(syntax.value)) {
    problems.add('image/bad-directive', syntax.span, {
      severity: 'warning',
      message: `${syntax.value} is not run: a Dockerfile is read by our own reader`,
      hint: 'write # syntax=docker/dockerfile:1 or leave the line out',
    });
  }
  if (repeated) {
    problems.add('image/bad-directive', repeated.span, {
      message: `the directive ${repeated.name} comes twice`,
      hint: 'keep one of them',
    });
  }
}

/** The platform's, unless they are given from outside. */
function globalArgsOf(
  { architecture, buildArchitecture = architecture, buildArgs }: ImageSurroundings,
  { instructions }: Dockerfile,
): Record<string, string> {
  const args = { ...platformArgs('BUILD', buildArchitecture), ...platformArgs('TARGET', architecture) };
  const last = instructions.findLast(({ keyword }) => keyword === 'FROM');
  const name = /\sas\s+(\S+)\s*$/i.exec(last?.body.value ?? '')?.[1];
  args.TARGETSTAGE = name?.toLowerCase() ?? 'default';
  for (const each of Object.keys(args)) args[each] = buildArgs[each] ?? args[each]!;
  return args;
}

function platformArgs(side: 'BUILD' | 'TARGET', architecture: string): Record<string, string> {
  return {
    [`${side}PLATFORM`]: `linux/${architecture}`,
    [`${side}OS`]: 'linux',
    [`${side}OSVERSION`]: '',
    [`${side}ARCH`]: architecture,
    [`${side}VARIANT`]: '',
  };
}

function readInstruction(
  reading: ImageReading,
  instruction: DockerInstruction,
  values: Parameters<typeof readGlobalArg>[2],
): void {
  const { keyword, keywordSpan } = instruction;
  const stage = reading.stages.at(-1);
  if (keyword === 'FROM') {
    readFrom(reading, instruction);
    checkDefaultBase(reading, instruction, values.defaults);
    const begun = reading.stages.at(-1)!;
    for (const trigger of begun.baseTriggers) readStageInstruction(reading, begun, trigger.instruction);
  } else if (stage) readStageInstruction(reading, stage, instruction);
  else if (keyword === 'ARG') readGlobalArg(reading, instruction, values);
  else {
    reading.problems.add('image/no-stage', keywordSpan, {
      message: `${keyword} comes before the first FROM`,
      hint: 'only ARG may; begin the stage with FROM',
    });
  }
}

function readStageInstruction(
  reading: ImageReading,
  stage: DraftStage,
  instruction: DockerInstruction,
): void {
  const { keyword } = instruction;
  if (keyword === 'COPY' || keyword === 'ADD') readCopy(reading, stage, instruction);
  else if (keyword === 'RUN') readRun(reading, stage, instruction);
  else readPlainInstruction(reading, stage, instruction);
}

function readPlainInstruction(
  reading: ImageReading,
  stage: DraftStage,
  instruction: DockerInstruction,
): void {
  const { keywordSpan, body } = instruction;
  const { scope, problems, checks } = reading;
  const hasShell = stage.state.config.Shell !== undefined || stage.state.isBaseUnknown;
  const read = readStep({ instruction, escape: scope.escape, problems, checks, hasShell });
  if (!read) return;
  if (read.step.do === 'onbuild') stage.triggers.push(readTrigger(instruction, scope.escape));
  if (read.step.do === 'workdir') checkWorkdir(reading, stage, instruction);
  addStep(reading, stage, { ...read, span: body.value === '' ? keywordSpan : body.whole() });
  if (read.step.do === 'expose') checkPorts(reading, read.words);
}

function checkWorkdir(reading: ImageReading, stage: DraftStage, { body }: DockerInstruction): void {
  if (!stage.hasWorkdir && !/^["']?[/$]/.test(body.value)) {
    reading.checks.warn('WorkdirRelativePath', body.whole(), {
      message: `where ${body.value} lies depends on the base image`,
      hint: `write WORKDIR /${body.value.replace(/^\.?\/*/, '')}`,
    });
  }
  stage.hasWorkdir = true;
}

function checkPorts({ checks }: ImageReading, words: readonly Word[]): void {
  for (const { text, span } of words) {
    const protocol = /\/(.*)$/s.exec(text)?.[1] ?? '';
    if (protocol !== protocol.toLowerCase() && !protocol.includes('$')) {
      checks.warn('ExposeProtoCasing', span, {
        message: `the protocol of ${text} has upper case letters`,
        hint: `write ${text.toLowerCase()}`,
      });
    }
    if (parsePort(text)?.isMapping) {
      checks.warn('ExposeInvalidFormat', span, {
        message: `${text} names an address or port of the host, which an image cannot`,
        hint: `write ${text.replace(/^.*:/, '')}`,
      });
    }
  }
}

/** What the last stage needs, renumbered. */
function neededStages(
  stages: readonly DraftStage[],
  { architecture, buildArchitecture = architecture }: ImageSurroundings,
): ImagePlan['stages'] {
  const needed = new Set<number>();
  const pending = [stages.length - 1];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    if (needed.has(index)) continue;
    needed.add(index);
    pending.push(...stages[index]!.uses);
  }
  const kept = [...needed].sort((a, b) => a - b);
  const isForeign = (platform: string): boolean =>
    architecture !== buildArchitecture && platform !== `linux/${buildArchitecture}`;
  return kept.map((index) => {
    const { base, steps, platform, baseTriggers } = stages[index]!;
    return {
      base: base.kind === 'stage' ? { ...base, index: kept.indexOf(base.index) } : base,
      steps: steps.map((step) => renumber(step, kept)),
      ...(platform === `linux/${architecture}` ? {} : { platform }),
      ...(isForeign(platform) ? { isForeign: true as const } : {}),
      ...(baseTriggers.length > 0 ? { triggers: baseTriggers.map(({ text }) => text) } : {}),
    };
  });
}

function renumber(step: Step, kept: readonly number[]): Step {
  if (step.do === 'copy') {
    const sources = step.copy.sources.map((source) =>
      source.from === 'stage' ? { ...source, index: kept.indexOf(source.index) } : source,
    );
    return { ...step, copy: { ...step.copy, sources } };
  }
  if (step.do !== 'run') return step;
  const mounts = step.run.mounts.map((mount) =>
    mount.origin?.from === 'stage'
      ? { ...mount, origin: { ...mount.origin, index: kept.indexOf(mount.origin.index) } }
      : mount,
  );
  return { ...step, run: { ...step.run, mounts } };
}

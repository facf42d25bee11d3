import { nearest } from '../../base/index.ts';
import type { CommandLine, RunStep } from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import { checkFlags } from './flags.ts';
import { parseMarker, withoutTabs } from './heredocs.ts';
import { addStep, type DraftStage, type ImageReading } from './image-reading.ts';
import { readCommand } from './read-command.ts';
import { readRunMount } from './run-mounts.ts';
import { warnOfRedirects } from './shell-redirects.ts';
import type { FlagWord } from './words.ts';

const FLAGS = { mount: 'many', network: 'value', security: 'value' } as const;
const NETWORKS = ['default', 'none', 'host'] as const;
/** Where BuildKit shows the file of a here-document that begins with `#!`. */
const PIPES = '/dev/pipes';

/** RUN: a command, its mounts and its network. */
export function readRun(reading: ImageReading, stage: DraftStage, instruction: DockerInstruction): void {
  const { problems } = reading;
  const flags = checkFlags(instruction, FLAGS, problems);
  const mounts = flags
    .filter(({ name }) => name === 'mount')
    .map((flag) => readRunMount(reading, stage, flag))
    .filter((each) => each !== undefined);
  const network = readNetwork(reading, flags);
  checkSecurity(reading, flags);
  const command = readRunCommand(reading, instruction);
  const span = { ...instruction.keywordSpan, end: instruction.body.whole().end };
  if (!command) return;
  warnOfRedirects(instruction, problems);
  refuseUnpacked(reading, stage, instruction);
  if (command.command.form === 'shell') warnWithoutShell(reading, stage, instruction);
  const step = { text: instruction.text, do: 'run', run: { ...command, mounts, network } } as const;
  addStep(reading, stage, { step, words: [], span });
}

function readNetwork({ problems }: ImageReading, flags: readonly FlagWord[]): RunStep['network'] {
  const flag = flags.find(({ name }) => name === 'network');
  if (!flag) return 'default';
  const network = NETWORKS.find((each) => each === flag.value);
  if (network) return network;
  const near = nearest(flag.value ?? '', NETWORKS);
  problems.add('image/bad-value', flag.valueSpan, {
    message: `there is no network ${flag.value}`,
    hint: near === undefined ? `write ${NETWORKS.join(', ')}` : `did you mean ${near}?`,
  });
  return 'default';
}

function checkSecurity({ problems }: ImageReading, flags: readonly FlagWord[]): void {
  const flag = flags.find(({ name }) => name === 'security');
  if (!flag || flag.value === 'sandbox') return;
  problems.add('image/unknown-flag', flag.span, {
    message: `RUN --security=${flag.value} is refused: a step never gets more than the sandbox`,
    hint: 'leave the flag out',
  });
}

type RunCommand = Pick<RunStep, 'command' | 'file'>;

function readRunCommand({ problems }: ImageReading, instruction: DockerInstruction): RunCommand | undefined {
  const { body, heredocs } = instruction;
  const open = heredocs.find(({ isClosed }) => !isClosed);
  if (open) {
    return problems.add('image/malformed', body.whole(), {
      message: `the here-document ${open.name} is not closed`,
      hint: `end it with a line that holds ${open.name} alone`,
    });
  }
  const [first] = heredocs;
  if (!first) {
    const command = readCommand(body, instruction, problems);
    return command && { command };
  }
  const shell = (script: string): { command: CommandLine } => ({ command: { form: 'shell', script } });
  if (!parseMarker(body.value)) {
    return shell(body.value + heredocs.map(({ content, name }) => `\n${content}${name}`).join(''));
  }
  const content = first.isStripped ? withoutTabs(first.content) : first.content;
  if (!content.startsWith('#!')) return shell(content);
  if (/[/\0]/.test(first.name) || first.name === '.' || first.name === '..') {
    return problems.add('image/malformed', body.whole(), {
      message: `${first.name} cannot be the name of a file`,
      hint: 'name the here-document with letters, as <<EOF',
    });
  }
  const path = `${PIPES}/${first.name}`;
  return { ...shell(path), file: { path, content } };
}

/** Nothing that a package's scripts would make is there: a command would find a system that never was one. */
function refuseUnpacked(reading: ImageReading, stage: DraftStage, instruction: DockerInstruction): void {
  const { imageBelow: label, steps } = stage;
  if (!label || steps.some((step) => step.do === 'run') || !reading.isUnpacked?.(label)) return;
  reading.problems.add('image/unpacked-base', instruction.keywordSpan, {
    message: `RUN cannot stand on image ${label.name}: its packages are unpacked only, their scripts never ran`,
    hint: 'leave `scripts: none` out of the description of its packages, or stand on another image',
  });
}

function warnWithoutShell(reading: ImageReading, stage: DraftStage, instruction: DockerInstruction): void {
  for (let each = stage; ; ) {
    if (each.steps.some((step) => step.do === 'copy' || step.do === 'run')) return;
    if (each.base.kind === 'scratch') break;
    if (each.base.kind !== 'stage') return;
    each = reading.stages[each.base.index]!;
  }
  reading.problems.add('image/no-shell', instruction.keywordSpan, {
    severity: 'warning',
    message: `nothing is in this stage yet, so there is no ${stage.state.shell[0] ?? 'shell'} that could run the command`,
    hint: 'stand on an image with a shell, or COPY one first',
  });
}

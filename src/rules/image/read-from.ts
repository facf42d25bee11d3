import { type Label, nearest } from '../../base/index.ts';
import {
  continueStage,
  expandWord,
  parseReference,
  plainVariablesOf,
  type StageBase,
  startStage,
} from '../../oci/index.ts';
import type { DockerInstruction } from './dockerfile.ts';
import { type ImageReading, reportFailure, type Trigger, variableSpan } from './image-reading.ts';
import { type NamedImage, readImageName } from './origin.ts';
import { registryTriggers, workspaceTriggers } from './triggers.ts';
import { type FlagWord, splitQuotedWords, splitWords, type Word } from './words.ts';

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

/** Begins a stage. Its base's ONBUILD triggers are the caller's to carry out. */
export function readFrom(reading: ImageReading, instruction: DockerInstruction): void {
  const { problems, stages } = reading;
  const { body, flags } = instruction;
  const [image, as, name, ...more] = splitWords(body);
  const isNamed = as?.text.toUpperCase() === 'AS' && name !== undefined;
  if (!image || (as && !isNamed) || more.length > 0) {
    problems.add('image/malformed', body.value === '' ? instruction.keywordSpan : body.whole(), {
      message: 'FROM cannot be read',
      hint: 'write FROM image, or FROM image AS name',
    });
  }
  const stageName = isNamed ? name.text.toLowerCase() : undefined;
  if (isNamed && !STAGE_NAME.test(name.text.toLowerCase())) {
    problems.add('image/malformed', name.span, {
      message: `${name.text} cannot name a stage`,
      hint: 'begin it with a letter; then letters, digits, dots, dashes and underscores',
    });
  }
  const platform = readPlatform(reading, flags, stageName ?? '');
  const { base, triggers, label } = (image && readBase(reading, image, platform)) ?? {
    base: { kind: 'scratch' } as const,
    triggers: [],
    label: undefined,
  };
  const below = base.kind === 'stage' ? stages[base.index]! : undefined;
  stages.push({
    name: stageName,
    base,
    imageBelow: below ? below.imageBelow : label,
    platform: below?.platform ?? platform,
    steps: [],
    uses: new Set(base.kind === 'stage' ? [base.index] : []),
    triggers: [],
    baseTriggers: triggers,
    state: below ? continueStage(below.state) : startStage(base.kind === 'scratch' ? 'scratch' : 'unknown'),
    hasWorkdir: below?.hasWorkdir ?? false,
  });
}

interface ReadBase {
  readonly base: StageBase;
  readonly triggers: readonly Trigger[];
  readonly label?: Label;
}

function readBase(reading: ImageReading, word: Word, platform: string): ReadBase | undefined {
  checkGlobals(reading, word);
  const value = expandGlobally(reading, word);
  if (value === undefined) return undefined;
  if (value === '') {
    return reading.problems.add('image/malformed', word.span, {
      message: `${word.text} is empty, so the stage stands on nothing`,
      hint: 'give the ARG a default, or write scratch',
    });
  }
  if (value === 'scratch') return { base: { kind: 'scratch' }, triggers: [] };
  const index = reading.stages.findLastIndex(
    ({ name }) => name !== undefined && name === value.toLowerCase(),
  );
  if (index >= 0) return { base: { kind: 'stage', index }, triggers: reading.stages[index]!.triggers };
  const image = readImageName(reading, { text: value, span: word.span }, platform);
  return image && baseOf(reading, image);
}

function baseOf(reading: ImageReading, image: NamedImage): ReadBase {
  if (image.kind === 'workspace')
    return {
      base: { kind: 'layout', path: image.path },
      triggers: workspaceTriggers(reading, image.label),
      label: image.label,
    };
  return { base: image, triggers: registryTriggers(reading, image) };
}

function readPlatform(reading: ImageReading, flags: readonly FlagWord[], stageName: string): string {
  const own = `linux/${reading.architecture}`;
  let platform = own;
  for (const { name, value, span, valueSpan } of flags) {
    if (name !== 'platform') {
      reading.problems.add('image/unknown-flag', span, {
        message: `FROM has no flag --${name}`,
        hint: 'its flag is --platform',
      });
      continue;
    }
    const word = { text: value ?? '', span: valueSpan };
    checkGlobals(reading, word);
    const expanded = expandGlobally(reading, word);
    const parsed = expanded === undefined ? undefined : parsePlatform(expanded, reading.architecture);
    if (parsed) {
      platform = parsed;
      checkPlatform(reading, word, { platform, stageName });
    } else if (expanded !== undefined) {
      reading.problems.add('image/platform', valueSpan, {
        message: `${expanded === '' ? 'an empty text' : expanded} is not a platform that images are built for`,
        hint: 'write linux/amd64, linux/arm64 or another architecture of linux',
      });
    }
  }
  return platform;
}

/** By the names that containerd takes: `linux/arm64/v8`, `arm64`, `x86_64`. */
function parsePlatform(text: string, architecture: string): string | undefined {
  const [first = '', second, variant, ...more] = text.toLowerCase().split('/');
  if (more.length > 0) return undefined;
  if (first === 'linux' && second === undefined) return `linux/${architecture}`;
  const isLinux = first === 'linux';
  if (!isLinux && (second !== undefined || !Object.hasOwn(ARCHITECTURES, first))) return undefined;
  const name = isLinux ? second! : first;
  if (!Object.hasOwn(ARCHITECTURES, name)) return undefined;
  const known = ARCHITECTURES[name as keyof typeof ARCHITECTURES];
  if (variant !== undefined && !/^v\d{1,2}$/.test(variant)) return undefined;
  const isDefault = variant === undefined || (known === 'arm64' && variant === 'v8');
  return `linux/${known}${isDefault ? (known === 'arm' ? '/v7' : '') : `/${variant}`}`;
}

const ARCHITECTURES = {
  amd64: 'amd64',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  arm64: 'arm64',
  aarch64: 'arm64',
  arm: 'arm',
  armhf: 'arm',
  386: '386',
  i386: '386',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
  loong64: 'loong64',
  mips64le: 'mips64le',
} as const;

function checkPlatform(
  reading: ImageReading,
  word: Word,
  read: { readonly platform: string; readonly stageName: string },
): void {
  const variables = plainVariablesOf(word.text, reading.scope.escape);
  if (variables.length === 1 && /^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(word.text)) {
    reading.checks.warn('RedundantTargetPlatform', word.span, {
      message: `--platform=${word.text} says what is so anyway`,
      hint: 'leave it out',
    });
  }
  const [os = '', architecture = ''] = read.platform.split('/');
  const isInName = read.stageName.includes(os) || read.stageName.includes(architecture);
  if (word.text.includes('$') || isInName) return;
  reading.checks.warn('FromPlatformFlagConstDisallowed', word.span, {
    message: `--platform=${word.text} is the same for every platform that is built`,
    hint: 'write $BUILDPLATFORM or $TARGETPLATFORM, or name the stage after the platform',
  });
}

function checkGlobals(reading: ImageReading, word: Word): void {
  const { globalArgs, escape: escapeCharacter } = reading.scope;
  for (const name of new Set(plainVariablesOf(word.text, escapeCharacter))) {
    if (Object.hasOwn(globalArgs, name)) continue;
    const near = nearest(name, Object.keys(globalArgs));
    reading.checks.warn('UndefinedArgInFrom', variableSpan(word, name), {
      message: `no ARG before the first FROM sets ${name}`,
      hint: near === undefined ? `write ARG ${name}=value in front of it` : `did you mean ${near}?`,
    });
  }
}

/** FROM has to work with the defaults alone. */
export function checkDefaultBase(
  reading: ImageReading,
  { body }: DockerInstruction,
  defaults: Readonly<Record<string, string>>,
): void {
  const [image] = splitWords(body);
  if (!image?.text.includes('$')) return;
  const value = expandWord(image.text, {
    escape: reading.scope.escape,
    lookup: (name) =>
      Object.hasOwn(defaults, name) ? { kind: 'set', value: defaults[name]! } : { kind: 'unset' },
  });
  if (!value.ok || parseReference(value.value)) return;
  reading.checks.warn('InvalidDefaultArgInFrom', image.span, {
    message: `with the defaults of its ARGs, ${image.text} names no image`,
    hint: 'give the ARG a default that does',
  });
}

/** ARG in front of the first FROM. `defaults` are the values without those from outside. */
export function readGlobalArg(
  reading: ImageReading,
  { body, keywordSpan }: DockerInstruction,
  values: { readonly globalArgs: Record<string, string>; readonly defaults: Record<string, string> },
): void {
  const { buildArgs, escape: escapeCharacter } = reading.scope;
  const words = splitQuotedWords(body, escapeCharacter);
  const isArg = words.length > 0 && words.every(({ text }) => /^[A-Za-z_]\w*(?:=|$)/.test(text));
  if (!isArg) {
    reading.problems.add('image/malformed', body.value === '' ? keywordSpan : body.whole(), {
      message: body.value === '' ? 'ARG has nothing behind it' : 'ARG cannot be read',
      hint: 'write ARG NAME or ARG NAME=value',
    });
    return;
  }
  for (const { text, span } of words) {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const value = equals < 0 ? undefined : expandGlobally(reading, { text: text.slice(equals + 1), span });
    if (value !== undefined) setOwn(values.defaults, name, value);
    if (Object.hasOwn(buildArgs, name)) setOwn(values.globalArgs, name, buildArgs[name]!);
    else if (value !== undefined) setOwn(values.globalArgs, name, value);
  }
}

/** Also for a name that objects have by nature. */
function setOwn(record: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(record, name, { value, enumerable: true, writable: true, configurable: true });
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

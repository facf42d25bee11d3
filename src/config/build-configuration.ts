import type { SourceFile } from '../base/index.ts';
import { type Parsed, type ParseOptions, parseKind, type Shaped } from './check-shape.ts';
import type { BuildConfiguration, GlobalArtifact, GlobalStep, StatedKey } from './model.ts';
import { qualityOf } from './quality-settings.ts';
import { buildConfigurationShape, type RawBuildConfiguration } from './shapes.ts';
import { checkUniqueNames, durationMs } from './target-settings.ts';

/** Reads `build-config.yaml`. */
export function parseBuildConfiguration(
  source: SourceFile,
  options: ParseOptions = {},
): Parsed<BuildConfiguration> {
  return parseKind(source, { kind: 'BuildConfiguration', shape: buildConfigurationShape, build, ...options });
}

type Raw = RawBuildConfiguration['spec'];

function build(shaped: Shaped<RawBuildConfiguration>): BuildConfiguration {
  const { metadata, spec } = shaped.raw;
  checkUniqueNames(spec.buildSteps, ['spec', 'buildSteps'], shaped);
  checkUniqueNames(spec.artifacts, ['spec', 'artifacts'], shaped);
  refuseOtherRoot(shaped);
  refuseSecondRegistry(shaped);
  return {
    name: metadata.name,
    version: spec.version,
    environment: environmentOf(shaped),
    dependencies: dependenciesOf(spec, shaped),
    buildSteps: spec.buildSteps.map((_, index) => stepOf(index, shaped)),
    artifacts: spec.artifacts.map((artifact, index) => artifactOf(artifact, index, shaped)),
    stated: statedKeys(shaped),
    quality: qualityOf(shaped),
    imagePrefix: spec.imagePrefix,
    runNetwork: spec.runNetwork,
  };
}

/** Whoever asks for another root must not get the host's without knowing. */
function refuseOtherRoot({ raw, places, report }: Shaped<RawBuildConfiguration>): void {
  if (raw.spec.sandboxRoot === 'host') return;
  report({
    code: 'config/not-supported',
    severity: 'error',
    message: '`sandboxRoot: baseImage` is not supported yet',
    hint: 'write `sandboxRoot: host`, or leave it out: steps then see the packaged system of this machine',
    span: places.spanOf(['spec', 'sandboxRoot']),
  });
}

/** Images have one name each, so a second registry would be left out. */
function refuseSecondRegistry({ raw, places, report }: Shaped<RawBuildConfiguration>): void {
  const at = (index: number) => places.spanOf(['spec', 'artifacts', index, 'type']);
  const all = raw.spec.artifacts.flatMap(({ type }, index) => (type === 'container' ? [index] : []));
  for (const index of all.slice(1)) {
    report({
      code: 'config/not-supported',
      severity: 'error',
      message: 'a second artifact of type `container` is not supported yet',
      hint: 'put all tags into one; every image of the workspace has them',
      span: at(index),
      related: [{ message: 'the first one', span: at(all[0]!) }],
    });
  }
}

const ENVIRONMENT = ['spec', 'buildEnvironment'] as const;

function environmentOf({ raw, locate }: Shaped<RawBuildConfiguration>): BuildConfiguration['environment'] {
  const given = raw.spec.buildEnvironment;
  const { baseImage, architecture = [], timezone = 'UTC', locale = 'C.UTF-8' } = given ?? {};
  return {
    ...(baseImage === undefined ? {} : { baseImage: locate(baseImage, [...ENVIRONMENT, 'baseImage']) }),
    architectures: architecture.map((each, index) => locate(each, [...ENVIRONMENT, 'architecture', index])),
    timezone,
    locale,
  };
}

const STATED: readonly (readonly [StatedKey['key'], readonly string[]])[] = [
  ['locale', [...ENVIRONMENT, 'locale']],
  ['buildSteps', ['spec', 'buildSteps']],
  ['node', ['spec', 'dependencies', 'node']],
];

function statedKeys({ places }: Shaped<RawBuildConfiguration>): StatedKey[] {
  return STATED.filter(([, path]) => places.has(path)).map(([key, path]) => ({
    key,
    span: key === 'locale' ? places.spanOf(path) : places.keySpanOf(path),
  }));
}

function dependenciesOf(
  { dependencies }: Raw,
  { locate }: Shaped<unknown>,
): BuildConfiguration['dependencies'] {
  const list = (key: 'system' | 'python' | 'node') =>
    (dependencies?.[key] ?? []).map((each, index) => locate(each, ['spec', 'dependencies', key, index]));
  return { system: list('system'), python: list('python'), node: list('node') };
}

function stepOf(index: number, { raw, locate, places, report }: Shaped<RawBuildConfiguration>): GlobalStep {
  const { name, command, uses, timeout } = raw.spec.buildSteps[index]!;
  const path = ['spec', 'buildSteps', index];
  if ((command === undefined) === (uses === undefined)) {
    report({
      code: command === undefined ? 'config/missing-key' : 'config/bad-value',
      severity: 'error',
      message: `the step \`${name}\` has ${command === undefined ? 'neither `command` nor `uses`' : 'both `command` and `uses`'}`,
      hint: 'a step has exactly one of them',
      span: places.spanOf([...path, 'name']),
    });
  }
  return {
    name,
    ...(command === undefined ? {} : { command: locate(command, [...path, 'command']) }),
    ...(uses === undefined ? {} : { uses: locate(uses, [...path, 'uses']) }),
    ...(timeout === undefined ? {} : { timeoutMs: durationMs(timeout) }),
  };
}

function artifactOf(
  artifact: Raw['artifacts'][number],
  index: number,
  { locate, places }: Shaped<unknown>,
): GlobalArtifact {
  if (artifact.type === 'container') return artifact;
  const at = ['spec', 'artifacts', index];
  if (artifact.type !== 'mobile') return { ...artifact, path: locate(artifact.path, [...at, 'path']) };
  const { name, type, platforms, signing } = artifact;
  return {
    name,
    type,
    platforms: platforms.map((each, number) => locate(each, [...at, 'platforms', number])),
    ...(places.has([...at, 'signing']) ? { signing: locate(signing, [...at, 'signing']) } : {}),
  };
}

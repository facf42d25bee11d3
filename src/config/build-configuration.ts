import type { SourceFile } from '../base/index.ts';
import { type Parsed, type ParseOptions, parseKind, type Shaped } from './check-shape.ts';
import type { BuildConfiguration, GlobalArtifact, GlobalStep, QualitySettings } from './model.ts';
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
  return {
    name: metadata.name,
    version: spec.version,
    environment: environmentOf(spec),
    dependencies: dependenciesOf(spec, shaped),
    buildSteps: spec.buildSteps.map((_, index) => stepOf(index, shaped)),
    artifacts: spec.artifacts.map((artifact, index) => artifactOf(artifact, index, shaped)),
    quality: qualityOf(spec),
    imagePrefix: spec.imagePrefix,
    sandboxRoot: spec.sandboxRoot,
  };
}

function environmentOf({ buildEnvironment: given }: Raw): BuildConfiguration['environment'] {
  return {
    baseImage: given?.baseImage ?? 'ubuntu:22.04',
    architectures: given?.architecture ?? ['amd64'],
    timezone: given?.timezone ?? 'UTC',
    locale: given?.locale ?? 'C.UTF-8',
  };
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
  const { name, command, uses } = raw.spec.buildSteps[index]!;
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
  };
}

function artifactOf(
  artifact: Raw['artifacts'][number],
  index: number,
  { locate }: Shaped<unknown>,
): GlobalArtifact {
  if (artifact.type === 'container' || artifact.type === 'mobile') return artifact;
  return { ...artifact, path: locate(artifact.path, ['spec', 'artifacts', index, 'path']) };
}

/** A gate that is absent does not count, so that the gates are those that the file names. */
function qualityOf({ quality = {} }: Raw): QualitySettings {
  const { codeQuality, testCoverage, securityScan, performanceTest } = quality;
  return {
    codeQuality: codeQuality ?? { enabled: false, threshold: 8 },
    testCoverage: testCoverage ?? { enabled: false, threshold: 80 },
    securityScan: securityScan ?? { enabled: false, allowHighSeverity: false },
    performanceTest: {
      enabled: performanceTest?.enabled ?? false,
      maxResponseTimeMs: durationMs(performanceTest?.maxResponseTime ?? '200ms'),
    },
  };
}

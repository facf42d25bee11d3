import type { Diagnostic, SourceFile } from '../base/index.ts';
import { type Parsed, type ParseOptions, parseKind, type Shaped } from './check-shape.ts';
import type { BuildStep, ComponentSpec, Located } from './model.ts';
import { serveOf } from './serve-settings.ts';
import { componentBuildShape, type RawComponentBuild } from './shapes.ts';
import { checkUniqueNames, stepSettings, targetSettings } from './target-settings.ts';

/** A target's file: its name, what it says, and what it asks for that no rule can do yet. */
export interface Declared<Spec> {
  readonly name: Located<string>;
  readonly spec: Spec;
  /** Errors for the moment when the target is to be built. */
  readonly refusals: readonly Diagnostic[];
}

/** A component's file; `hasSteps` is false when it leaves the steps to what its folder holds. */
export interface DeclaredComponent extends Declared<ComponentSpec> {
  readonly hasSteps: boolean;
}

/** Reads `components/<name>/build.yaml`. */
export function parseComponentBuild(
  source: SourceFile,
  options: ParseOptions = {},
): Parsed<DeclaredComponent> {
  return parseKind(source, { kind: 'ComponentBuild', shape: componentBuildShape, build, ...options });
}

function build(shaped: Shaped<RawComponentBuild>): DeclaredComponent {
  const { metadata, spec } = shaped.raw;
  const { locate } = shaped;
  const steps = spec.buildSteps ?? [];
  checkUniqueNames(steps, ['spec', 'buildSteps'], shaped);
  checkUniqueNames(spec.artifacts, ['spec', 'artifacts'], shaped);
  return {
    name: locate(metadata.name, ['metadata', 'name']),
    hasSteps: spec.buildSteps !== undefined,
    refusals: [],
    spec: {
      rule: 'component',
      ...targetSettings(spec, shaped),
      dependencies: spec.dependencies.map((each, index) => locate(each, ['spec', 'dependencies', index])),
      buildSteps: steps.map((step, index) => stepOf(step, index, shaped)),
      tests: testsOf(shaped),
      artifacts: spec.artifacts.map(({ name, path, type }, index) => ({
        name,
        path: locate(path, ['spec', 'artifacts', index, 'path']),
        type,
      })),
      ...(spec.serve ? { serve: serveOf(spec.serve, shaped) } : {}),
    },
  };
}

function stepOf(
  step: NonNullable<RawComponentBuild['spec']['buildSteps']>[number],
  index: number,
  { locate }: Shaped<unknown>,
): BuildStep {
  return {
    name: step.name,
    command: locate(step.command, ['spec', 'buildSteps', index, 'command']),
    ...stepSettings(step),
    ...(step.staging ? { staging: step.staging } : {}),
  };
}

function testsOf({ raw, locate }: Shaped<RawComponentBuild>): ComponentSpec['tests'] {
  const { unit, integration, performance } = raw.spec.tests ?? {};
  const path = (key: string) => ['spec', 'tests', key];
  return {
    ...(unit === undefined ? {} : { unit: locate(unit, path('unit')) }),
    ...(integration === undefined ? {} : { integration: locate(integration, path('integration')) }),
    ...(performance === undefined ? {} : { performance: locate(performance, path('performance')) }),
  };
}

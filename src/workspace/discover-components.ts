import { type ComponentSpec, DEFAULT_TARGET_SETTINGS, type Located } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { ObservedFiles } from './observed-files.ts';
import { recogniseStep } from './recognise.ts';
import { nameOfFolder, reportUnrecognised, targetFolders } from './target-folders.ts';
import type { Discovery } from './workspace.ts';

/** `components/<name>/`: by build.yaml, else by what the folder holds. */
export function discoverComponents(discovery: Discovery): TargetDeclaration[] {
  return targetFolders(discovery.files, 'components').flatMap((directory) => {
    const target = discovery.files.stat(`${directory}/build.yaml`)
      ? declaredComponent(discovery, directory)
      : recognisedComponent(discovery.files, directory);
    return target ? [target] : [];
  });
}

function declaredComponent(
  { files, parser, variables, usedVariables }: Discovery,
  directory: string,
): TargetDeclaration | undefined {
  const source = files.source(`${directory}/build.yaml`);
  if (!source) return undefined;
  const parsed = parser.parseComponentBuild(source, { variables });
  for (const name of parsed.variables) usedVariables.add(name);
  for (const diagnostic of parsed.diagnostics) files.report(diagnostic);
  if (!parsed.value) return undefined;
  const { name, refusals, hasSteps } = parsed.value;
  const spec = hasSteps ? parsed.value.spec : withRecognisedStep(files, directory, parsed.value.spec);
  checkTests(files, directory, spec);
  return {
    label: { kind: 'component', name: name.value },
    directory,
    spec,
    implied: [],
    span: name.span,
    refusals,
  };
}

function withRecognisedStep(files: ObservedFiles, directory: string, spec: ComponentSpec): ComponentSpec {
  const step = recogniseStep(files, directory);
  return step ? { ...spec, buildSteps: [step] } : spec;
}

function recognisedComponent(files: ObservedFiles, directory: string): TargetDeclaration | undefined {
  const step = recogniseStep(files, directory);
  if (!step) {
    reportUnrecognised(
      files,
      directory,
      'add a build.yaml, a build.sh, `build` in a Makefile or a package.json',
    );
    return undefined;
  }
  const name = nameOfFolder(files, directory);
  if (name === undefined) return undefined;
  const spec: ComponentSpec = {
    ...DEFAULT_TARGET_SETTINGS,
    rule: 'component',
    dependencies: [],
    buildSteps: [step],
    tests: {},
    artifacts: [],
  };
  return { label: { kind: 'component', name }, directory, spec, implied: [] };
}

function checkTests(files: ObservedFiles, directory: string, { tests }: ComponentSpec): void {
  for (const test of [tests.unit, tests.integration, tests.performance]) {
    if (test) reportMissing(files, { directory, file: test, severity: 'warning' });
  }
}

/** Reports a file that a configuration names and that is not there. */
export function reportMissing(
  files: ObservedFiles,
  { directory, file, severity }: { directory: string; file: Located<string>; severity: 'error' | 'warning' },
): void {
  const path = (directory === '' ? file.value : `${directory}/${file.value}`).replace(/\/+$/, '');
  if (/[*?[]/.test(path) || files.exists(path)) return;
  files.report({
    code: 'workspace/missing-file',
    severity,
    message: `there is no ${path}`,
    hint: 'make the file, or remove it from this list',
    span: file.span,
  });
}

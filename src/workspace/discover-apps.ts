import { DEFAULT_TARGET_SETTINGS, type MobileSpec } from '../config/index.ts';
import type { TargetDeclaration } from '../graph/index.ts';
import type { ObservedFiles } from './observed-files.ts';
import { recognisePackageScript } from './recognise.ts';
import { nameOfFolder, reportUnrecognised, targetFolders } from './target-folders.ts';
import type { Discovery } from './workspace.ts';

/** `mobile/<name>/`: by build.yaml, else by what the folder holds. */
export function discoverApps(discovery: Discovery): TargetDeclaration[] {
  return targetFolders(discovery.files, 'mobile').flatMap((directory) => {
    const target = discovery.files.stat(`${directory}/build.yaml`)
      ? declaredApp(discovery, directory)
      : recognisedApp(discovery.files, directory);
    return target ? [target] : [];
  });
}

function declaredApp(
  { files, parser, variables, usedVariables }: Discovery,
  directory: string,
): TargetDeclaration | undefined {
  const source = files.source(`${directory}/build.yaml`);
  if (!source) return undefined;
  const parsed = parser.parseMobileBuild(source, { variables });
  for (const name of parsed.variables) usedVariables.add(name);
  for (const diagnostic of parsed.diagnostics) files.report(diagnostic);
  if (!parsed.value) return undefined;
  const { name, spec, refusals } = parsed.value;
  return {
    label: { kind: 'app', name: name.value },
    directory,
    spec,
    implied: spec.site ? [spec.site] : [],
    span: name.span,
    refusals,
  };
}

function recognisedApp(files: ObservedFiles, directory: string): TargetDeclaration | undefined {
  const spec = recognisedSpec(files, directory);
  if (!spec) {
    reportUnrecognised(
      files,
      directory,
      'add a build.yaml, a gradlew, a fastlane/Fastfile, or `build` in a package.json',
    );
    return undefined;
  }
  const name = nameOfFolder(files, directory);
  return name === undefined ? undefined : { label: { kind: 'app', name }, directory, spec, implied: [] };
}

function recognisedSpec(files: ObservedFiles, directory: string): MobileSpec | undefined {
  if (files.isFile(`${directory}/gradlew`)) return { ...DEFAULT_TARGET_SETTINGS, rule: 'android' };
  if (files.isFile(`${directory}/fastlane/Fastfile`)) return { ...DEFAULT_TARGET_SETTINGS, rule: 'ios' };
  if (!recognisePackageScript(files, directory)) return undefined;
  return { ...DEFAULT_TARGET_SETTINGS, rule: 'pwa', web: { script: 'build', output: 'dist' } };
}

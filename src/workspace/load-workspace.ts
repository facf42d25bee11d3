import { hasErrors } from '../base/index.ts';
import { type BuildConfiguration, loadParser, type Variables } from '../config/index.ts';
import { checkArtifacts } from './check-artifacts.ts';
import { discoverApps } from './discover-apps.ts';
import { discoverComponents, reportMissing } from './discover-components.ts';
import { discoverImages } from './discover-images.ts';
import { discoverScripts } from './discover-scripts.ts';
import { CONFIGURATION_FILE } from './find-root.ts';
import { parseJsonObject } from './json-source.ts';
import { ObservedFiles } from './observed-files.ts';
import type { Discovery, LoadedWorkspace, LoadOptions } from './workspace.ts';

/** A loaded workspace with all that it depended on. */
export interface ObservedWorkspace {
  readonly loaded: LoadedWorkspace;
  readonly files: ObservedFiles;
  readonly usedVariables: ReadonlySet<string>;
}

/** Reads the configuration and finds the targets; reports the problems of all files at once. */
export async function loadWorkspace(options: LoadOptions): Promise<LoadedWorkspace> {
  return (await observeWorkspace(options)).loaded;
}

export async function observeWorkspace({ fs, root, variables }: LoadOptions): Promise<ObservedWorkspace> {
  const parser = await loadParser();
  const files = new ObservedFiles(fs, root);
  const usedVariables = new Set<string>();
  const configuration = readConfiguration({ files, parser, variables, usedVariables, imagePrefix: '' });
  const discovery: Discovery = {
    files,
    parser,
    variables: withVersion(variables, configuration),
    usedVariables,
    imagePrefix: configuration?.imagePrefix ?? 'mobileops-',
  };
  const scripts = discoverScripts(discovery);
  const components = discoverComponents(discovery);
  const apps = discoverApps(discovery);
  const images = discoverImages(discovery, [...scripts, ...components, ...apps]);
  const targets = [...scripts, ...components, ...images, ...apps];
  if (configuration) {
    checkFiles(files, configuration);
    checkArtifacts(files, { configuration, targets });
  }
  const { diagnostics } = files;
  const value = configuration && !hasErrors(diagnostics) ? { root, configuration, targets } : undefined;
  return { loaded: { value, diagnostics }, files, usedVariables };
}

function readConfiguration({
  files,
  parser,
  variables,
  usedVariables,
}: Discovery): BuildConfiguration | undefined {
  if (!files.stat(CONFIGURATION_FILE)) {
    files.report({
      code: 'workspace/missing-configuration',
      severity: 'error',
      message: `there is no ${CONFIGURATION_FILE}`,
      hint: MINIMAL_FILE,
      path: CONFIGURATION_FILE,
    });
    return undefined;
  }
  const source = files.source(CONFIGURATION_FILE);
  if (!source) return undefined;
  const parsed = parser.parseBuildConfiguration(source, { variables });
  for (const name of parsed.variables) usedVariables.add(name);
  for (const diagnostic of parsed.diagnostics) files.report(diagnostic);
  return parsed.value;
}

/** Indented as the rest of a diagnostic. */
const MINIMAL_FILE = `write one of at least these lines:
    apiVersion: build.mobileops.io/v1
    kind: BuildConfiguration
    metadata: { name: my-platform }
    spec: { version: "0.1.0" }`;

function withVersion(variables: Variables, configuration: BuildConfiguration | undefined): Variables {
  return configuration ? { BUILD_VERSION: configuration.version, ...variables } : variables;
}

function checkFiles(files: ObservedFiles, { dependencies, buildSteps }: BuildConfiguration): void {
  for (const file of [...dependencies.python, ...dependencies.node]) {
    reportMissing(files, { directory: '', file, severity: 'error' });
  }
  for (const { value } of dependencies.node) checkJson(files, value);
  for (const { name, command } of buildSteps) {
    const match =
      command &&
      /^(?:(?:bash|sh)\s+)?((?:\.\/)?[A-Za-z0-9_][\w./-]*\.(?:sh|py|js|mjs))(?=\s|$)/d.exec(command.value);
    if (!match || !command || files.exists(match[1]!.replace(/^\.\//, ''))) continue;
    files.report({
      code: 'workspace/missing-script',
      severity: 'warning',
      message: `the step \`${name}\` runs ${match[1]}, which is not there`,
      hint: 'write the script, or name a built-in phase by `uses`',
      span: command.span,
    });
  }
}

/** As in `dependencies`: lock files grow with the tree of packages. */
const MAX_JSON_BYTES = 64 * 2 ** 20;

/** What `dependencies.node` names is npm's. */
function checkJson(files: ObservedFiles, path: string): void {
  const source = files.source(path, MAX_JSON_BYTES);
  const parsed = source && parseJsonObject(source);
  if (!parsed || 'value' in parsed) return;
  files.report({ ...parsed, hint: '`dependencies.node` names package.json and package-lock.json' });
}

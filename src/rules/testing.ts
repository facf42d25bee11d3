import {
  EMPTY_TREE,
  evaluate,
  listTree,
  type PlannedAction,
  type Tree,
  type TreeExpression,
  treeFromFiles,
} from '../action/index.ts';
import {
  digestOf,
  formatLabel,
  InternalError,
  type Label,
  parseLabel,
  renderDiagnostic,
} from '../base/index.ts';
import type {
  BuildConfiguration,
  ComponentSpec,
  ImageSpec,
  Located,
  MobileSpec,
  PackageImageSpec,
  ScriptsSpec,
  TargetSettings,
  TargetSpec,
} from '../config/index.ts';
import type {
  BuildSettings,
  LockedFile,
  LockedNodePackage,
  LockedPackages,
  RuleContext,
  RulePlan,
  SourceView,
  Stamp,
  Toolchain,
  ToolName,
} from './rule.ts';

/** Texts by path; a path that ends in `*` is executable (`build.sh*`). */
export type FakeFiles = Readonly<Record<string, string>>;

export interface FakeContextOptions<Spec extends TargetSpec> {
  /** `component:demo` and so on by the rule, unless told. */
  readonly label?: string;
  /** `components/demo` and so on, unless told. */
  readonly directory?: string;
  readonly spec: Spec;
  readonly files?: FakeFiles;
  /** Files of other folders of the workspace, for `sourcesOf`. */
  readonly folders?: Readonly<Record<string, FakeFiles>>;
  readonly needs?: readonly string[];
  /** What others declare, by label. */
  readonly specs?: Readonly<Record<string, TargetSpec>>;
  readonly configuration?: Partial<BuildConfiguration>;
  readonly settings?: Partial<BuildSettings>;
  readonly stamp?: Partial<Stamp>;
  readonly locked?: Partial<LockedPackages>;
  /** Tools that are not there; every other one is. */
  readonly missing?: readonly ToolName[];
  readonly runnable?: readonly string[];
}

/** A `RuleContext` of plain data. A needed target's tree is the output of the action `<label>#built`. */
export function fakeContext<Spec extends TargetSpec>(options: FakeContextOptions<Spec>): RuleContext<Spec> {
  const { spec, files = {}, folders = {}, missing = [] } = options;
  const label = labelOf(options.label ?? DEFAULT_LABEL[spec.rule]);
  const directory =
    options.directory ?? `${FOLDER[label.kind]}${label.kind === 'scripts' ? '' : `/${label.name}`}`;
  const needs = (options.needs ?? []).map((text) => ({ label: labelOf(text) }));
  return {
    target: { label, directory, spec, needs },
    spec,
    configuration: { ...fakeConfiguration, ...options.configuration },
    settings: { ...fakeSettings, ...options.settings, stamp: { ...fakeSettings.stamp, ...options.stamp } },
    sources: fakeSources(files),
    sourcesOf: (path) => fakeSources(folders[path] ?? {}),
    toolchain: (name) => fakeToolchain(name, missing.includes(name)),
    dependency: (needed) => ({ kind: 'output', action: `${formatLabel(needed)}#built` }),
    specOf: (needed) => options.specs?.[formatLabel(needed)],
    locked: { python: { run: [], dev: [] }, node: [], images: {}, urls: {}, ...options.locked },
    runnable: new Set(options.runnable ?? ['amd64']),
    ownCommand: (name, version, args) => ({
      argv: ['/tools/mobileops/node', '/tools/mobileops/main.js', name, `v${version}`, ...args],
      programs: [{ at: '/tools/mobileops', hostPath: '/host/mobileops' }],
      mounts: [],
    }),
  };
}

const DEFAULT_LABEL: Readonly<Record<TargetSpec['rule'], string>> = {
  component: 'component:demo',
  image: 'image:demo',
  packages: 'image:demo',
  scripts: 'scripts',
  android: 'app:demo',
  ios: 'app:demo',
  pwa: 'app:demo',
  hybrid: 'app:demo',
};

const FOLDER: Readonly<Record<Label['kind'], string>> = {
  scripts: 'scripts',
  component: 'components',
  image: '',
  app: 'mobile',
};

function labelOf(text: string): Label {
  const label = parseLabel(text);
  if (!label) throw new InternalError(`no label: ${text}`);
  return label;
}

/** A value that stands alone in a file of its own. */
export function located<T>(value: T, path = 'build.yaml'): Located<T> {
  const text = String(value);
  return { value, span: { file: { path, text }, start: 0, end: text.length } };
}

export function fakeTree(files: FakeFiles): Tree {
  const leaves = Object.entries(files).map(([path, text]) => {
    const isExecutable = path.endsWith('*');
    return [isExecutable ? path.slice(0, -1) : path, { digest: digestOf(text), isExecutable }] as const;
  });
  return treeFromFiles(new Map(leaves));
}

export function fakeSources(files: FakeFiles): SourceView {
  const tree = fakeTree(files);
  const texts = new Map(Object.entries(files).map(([path, text]) => [path.replace(/\*$/, ''), text]));
  return {
    digest: tree.digest,
    tree,
    paths: listTree(tree).map(({ path }) => path),
    readText: (path) => texts.get(path),
  };
}

/** Tools that `prepare` brings, each a tree of its own; the others are of the host's root. */
const PROVISIONED: readonly ToolName[] = [
  'node',
  'npm',
  'uv',
  'shellcheck',
  'r8',
  'aapt2',
  'android-platform',
  'android-platform-35',
  'android-platform-36',
  'apksig',
  'bundletool',
  'resvg',
  'manifest-merger',
  'kotlin',
  'junit-console',
  'jacoco',
  'jacoco-agent',
  'robolectric-android',
];

function fakeToolchain(name: ToolName, isMissing: boolean): Toolchain {
  if (isMissing) return { name, version: '', mounts: [], path: [], env: {}, files: {} };
  if (!PROVISIONED.includes(name)) return { name, version: '1.0', mounts: [], path: [], env: {}, files: {} };
  const at = `/tools/${name}`;
  const tree: TreeExpression = { kind: 'tree', tree: fakeTree({ [`bin/${name}*`]: name }) };
  const files = { jar: `${at}/${name}.jar`, bin: `${at}/bin/${name}` };
  return {
    name,
    version: '1.0',
    mounts: [{ at, tree, access: 'read-only' }],
    path: [`${at}/bin`],
    env: {},
    files,
  };
}

export const fakeConfiguration: BuildConfiguration = {
  name: 'platform',
  version: '1.0.0',
  environment: { architectures: [], timezone: 'UTC', locale: 'C.UTF-8' },
  dependencies: { system: [], python: [], node: [] },
  buildSteps: [],
  artifacts: [],
  quality: {
    codeQuality: { enabled: false, threshold: 8 },
    testCoverage: { enabled: false, threshold: 80 },
    securityScan: { enabled: false, allowHighSeverity: false, maxAgeDays: 30, accept: [], ignore: [] },
    performanceTest: { enabled: false, maxResponseTimeMs: 200 },
    licences: { enabled: false, deny: [], allowUnknown: false },
    isStated: false,
    exceptions: [],
  },
  imagePrefix: 'mobileops-',
  runNetwork: false,
  stated: [],
};

export const fakeSettings: BuildSettings = {
  timezone: 'UTC',
  locale: 'C.UTF-8',
  architecture: 'amd64',
  architectures: ['amd64'],
  registry: 'registry.example',
  stamp: {
    version: '1.0.0',
    buildNumber: 1,
    buildId: '20260101000000-0123456789ab',
    commit: '0123456789abcdef0123456789abcdef01234567',
    commitTime: 1767225600,
  },
};

const fakeTargetSettings: TargetSettings = { needs: [], env: {}, network: false, stamp: false, cache: true };

export function componentSpec(spec: Partial<ComponentSpec> = {}): ComponentSpec {
  return {
    rule: 'component',
    ...fakeTargetSettings,
    dependencies: [],
    buildSteps: [],
    tests: {},
    artifacts: [],
    ...spec,
  };
}

export function imageSpec(spec: Partial<ImageSpec> = {}): ImageSpec {
  return { rule: 'image', ...fakeTargetSettings, dockerfile: 'docker/Dockerfile.demo', ...spec };
}

export function packageImageSpec(spec: Partial<PackageImageSpec> = {}): PackageImageSpec {
  return {
    rule: 'packages',
    ...fakeTargetSettings,
    from: { ...located('debian:bookworm'), value: { distribution: 'debian', suite: 'bookworm' } },
    components: ['main'],
    packages: [],
    essential: true,
    updates: true,
    scripts: 'run',
    users: [],
    paths: [],
    container: { env: {}, labels: {}, expose: [], volumes: [] },
    ...spec,
  };
}

export function scriptsSpec(spec: Partial<ScriptsSpec> = {}): ScriptsSpec {
  return { rule: 'scripts', ...fakeTargetSettings, ...spec };
}

export function mobileSpec(spec: Partial<MobileSpec> = {}): MobileSpec {
  return { rule: 'pwa', ...fakeTargetSettings, ...spec };
}

export function fakeWheel(name: string, version: string): LockedFile {
  const file = `${name}-${version}-py3-none-any.whl`;
  return { file, name, version, digest: digestOf(file) };
}

export function fakeNodePackage(
  name: string,
  version: string,
  path = `node_modules/${name}`,
): LockedNodePackage {
  return {
    path,
    name,
    version,
    digest: digestOf(`${name}@${version}`),
    isDevelopment: false,
    isOptional: false,
  };
}

/** Diagnostics as text, one after the other. */
export function renderedDiagnostics(plan: Pick<RulePlan, 'diagnostics'>): string {
  return plan.diagnostics.map((each) => renderDiagnostic(each)).join('\n');
}

/** Paths of what an expression gives when the named actions captured these trees; absent ones captured nothing. */
export function pathsOf(expression: TreeExpression, outputs: Readonly<Record<string, Tree>> = {}): string[] {
  const result = evaluate(expression, {
    output: (id) => outputs[id] ?? EMPTY_TREE,
    stored: () => EMPTY_TREE,
    literal: (content) => digestOf(content),
  });
  if (!result.ok) return [`failed: ${result.failure.kind}`];
  return listTree(result.value).map(
    (entry) => `${entry.path}${'isExecutable' in entry && entry.isExecutable ? '*' : ''}`,
  );
}

/** The one action with this id. */
export function actionOf(plan: RulePlan, id: string): PlannedAction {
  const all = [...plan.actions, ...plan.tests.map((each) => each.action)];
  const found = all.filter((each) => each.id === id);
  if (found.length !== 1)
    throw new InternalError(`${found.length} actions ${id} in: ${all.map((a) => a.id).join(' ')}`);
  return found[0]!;
}

import type { LiteralFile, PlannedAction, TreeExpression } from '../../action/index.ts';
import { output, RESOURCE_RULES } from '../android-actions.ts';
import { literally } from '../android-folders.ts';
import { androidAction, archiveMounts, javaCommand, jvmMemoryBytes, toolFile } from '../android-tools.ts';
import { actionName, type VariantApp } from './app.ts';
import { checkedClasses } from './check-classes.ts';
import { containedLibraries, hasPart, libraryFolder, libraryPart, runtimeClassPath } from './class-path.ts';
import { DEFAULT_RULES } from './default-rules.ts';
import type { LibraryModule } from './modules.ts';
import { inWorkspace, sourcesAt } from './source-sets.ts';

const HEAP_MEGABYTES = 1024;
const JVM_MEGABYTES = 256;
const OWN_RULES = 'proguard-rules.pro';
const DEFAULTS: LiteralFile = { path: 'rules/default.pro', content: DEFAULT_RULES, isExecutable: false };

/** Rule files of the app: those that the build type names, else the well-known one where it is there. */
export function ruleFiles({ context, variant }: VariantApp): readonly string[] {
  const named = variant.ruleFiles?.map(({ value }) => value);
  return named ?? context.sources.paths.filter((path) => path === OWN_RULES);
}

/** Rules that hold wherever the module is contained. */
function consumerRules({ context, settings }: LibraryModule): { path: string; tree: TreeExpression }[] {
  return (settings.consumerProguardFiles ?? []).map(({ value }) => ({
    path: inWorkspace(context, value),
    tree: sourcesAt(context, [literally(value)]),
  }));
}

/** R8: the app's and its libraries' classes, shrunk and renamed, to DEX with `mapping.txt`. */
export function shrinkClasses(app: VariantApp): PlannedAction {
  const { stages, android, context } = app;
  const { java, r8, platform } = stages.tools;
  const libraries = runtimeClassPath(app);
  const consumer = containedLibraries(app).filter((library) => hasPart(library, 'proguard.txt'));
  const ofModules = app.modules.flatMap(consumerRules);
  const rules = [
    DEFAULTS.path,
    `gen/${RESOURCE_RULES}`,
    ...consumer.map((library) => `${libraryFolder(library)}/proguard.txt`),
    ...ofModules.map(({ path }) => path),
    ...ruleFiles(app).map((path) => inWorkspace(context, path)),
  ];
  const linked: TreeExpression = {
    kind: 'at',
    of: output(stages.owner, actionName(app, 'link')),
    path: `gen/${RESOURCE_RULES}`,
  };
  return androidAction(stages, actionName(app, 'r8'), {
    mnemonic: 'R8',
    description: 'shrink and compile to DEX',
    argv: [
      ...javaCommand(java, HEAP_MEGABYTES, r8),
      ...['-cp', toolFile(r8, 'jar'), 'com.android.tools.r8.R8'],
      ...['--release', '--min-api', String(android.minSdk), '--thread-count', '1'],
      ...['--lib', toolFile(platform, 'jar'), '--lib', toolFile(java, 'home')],
      ...rules.flatMap((path) => ['--pg-conf', path]),
      ...['--pg-map-output', 'mapping.txt'],
      ...['--output', '.', 'classes.jar', ...libraries.paths],
    ],
    tools: [java, r8, platform, ...libraries.tools],
    mounts: archiveMounts(r8),
    work: {
      kind: 'merge',
      of: [
        output(stages.owner, actionName(app, 'classes')),
        libraries.work,
        checkedClasses(app),
        { kind: 'literal', files: [DEFAULTS] },
        { kind: 'under', of: linked, path: 'gen' },
        ...consumer.map((library) => libraryPart(library, ['proguard.txt'])),
        ...ofModules.map(({ tree }) => tree),
        sourcesAt(context, ruleFiles(app).map(literally)),
      ],
    },
    outputs: [''],
    isWorkspaceShaped: true,
    memoryBytes: jvmMemoryBytes(HEAP_MEGABYTES, JVM_MEGABYTES),
  });
}

/** Names of before and after, by which stack traces of the shrunk app are read. */
export function mappingFile(app: VariantApp): TreeExpression {
  return { kind: 'at', of: output(app.stages.owner, actionName(app, 'r8')), path: 'mapping.txt' };
}

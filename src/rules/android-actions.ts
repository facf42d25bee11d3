import type { Origin, PlannedAction, TreeExpression } from '../action/index.ts';
import type { Label, SourceFile } from '../base/index.ts';
import {
  type AndroidStages,
  actionId,
  androidAction,
  archiveMounts,
  javaCommand,
  javacCommand,
  jvmMemoryBytes,
  MEBIBYTE,
  toolFile,
} from './android-tools.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import type { RuleContext, Toolchain } from './rule.ts';

/**
 * The stages from sources to an unsigned APK. Every path in a command is relative to the working folder, so that no
 * place on a machine gets into the bytes.
 */

const AAPT2_MEMORY_BYTES = 256 * MEBIBYTE;
const JAVAC_HEAP_MEGABYTES = 384;
const DEX_HEAP_MEGABYTES = 768;

/** Language level of the app's Java: the highest that the classes of every JDK since 11 and D8 agree on. */
const JAVA_RELEASE = '11';

/** Media that is packed already, and the table that must be mapped from the archive at target 30 and above. */
const STORED_EXTENSIONS = 'arsc,png,jpg,jpeg,webp,gif,woff2,mp3,mp4,ogg,webm';

export function output(owner: Label, name: string): TreeExpression {
  return { kind: 'output', action: actionId(owner, name) };
}

/** aapt2 compile: the folder `directory` of `work` to `<name>.zip`. */
export function compileResources(
  stages: AndroidStages,
  name: string,
  { work, directory = 'res' }: { readonly work: TreeExpression; readonly directory?: string },
): PlannedAction {
  return androidAction(stages, name, {
    mnemonic: 'Aapt2Compile',
    description: 'compile resources',
    argv: [toolFile(stages.tools.aapt2, 'binary'), 'compile', '--dir', directory, '-o', `${name}.zip`],
    tools: [stages.tools.aapt2],
    work,
    outputs: [`${name}.zip`],
    memoryBytes: AAPT2_MEMORY_BYTES,
  });
}

export const RESOURCE_RULES = 'resources.pro';
const LINKED_MANIFEST = 'in/AndroidManifest.xml';

export interface LinkOptions {
  /** Holds `in/AndroidManifest.xml`. */
  readonly manifest: TreeExpression;
  /** Files of the workspace whose elements are in it. */
  readonly manifests?: readonly SourceFile[];
  /** Names of compile actions; the later ones win, resource by resource. */
  readonly resources: readonly string[];
  /** Of the action: `link` unless told. */
  readonly name?: string;
  /** Further options: what a manifest that was merged does not say. */
  readonly options?: readonly string[];
  /** Rules for R8 beside R.java, `gen/resources.pro`: what manifest and layouts name. */
  readonly isForShrinking?: boolean;
  /** As a bundle holds them: a manifest and `resources.pb` of protocol buffers. */
  readonly isForBundle?: boolean;
}

/** aapt2 link: the binary manifest, `resources.arsc` and `res/` as an APK holds them, and `gen/` with R.java; for a bundle without that. */
export function linkResources(stages: AndroidStages, options: LinkOptions): PlannedAction {
  const { name = 'link', options: further = [], isForBundle = false } = options;
  const rules = options.isForShrinking ? ['--proguard', `gen/${RESOURCE_RULES}`] : [];
  const [first, ...overlays] = options.resources;
  const zips = options.resources.map(
    (each): TreeExpression => ({ kind: 'under', of: output(stages.owner, each), path: 'in' }),
  );
  return androidAction(stages, name, {
    mnemonic: 'Aapt2Link',
    description: isForBundle ? 'link for the bundle' : 'link manifest and resources',
    argv: [
      toolFile(stages.tools.aapt2, 'binary'),
      'link',
      ...['-I', toolFile(stages.tools.platform, 'jar')],
      ...['--manifest', LINKED_MANIFEST],
      ...['-o', '.', '--output-to-dir', '--auto-add-overlay'],
      ...(isForBundle ? ['--proto-format'] : ['--java', 'gen', ...rules]),
      ...further,
      ...(first === undefined ? [] : [`in/${first}.zip`]),
      ...overlays.flatMap((each) => ['-R', `in/${each}.zip`]),
    ],
    tools: [stages.tools.aapt2, stages.tools.platform],
    work: { kind: 'merge', of: [options.manifest, ...zips] },
    // Without files of resources there is no `res`, without any resources no table.
    outputs: [''],
    origins: options.manifests ? [{ file: LINKED_MANIFEST, merged: options.manifests }] : [],
    memoryBytes: AAPT2_MEMORY_BYTES,
  });
}

/** What a link leaves for the archive. */
export function linkedContent(linked: TreeExpression): TreeExpression {
  return { kind: 'filter', of: linked, exclude: ['gen/**', 'in/**'] };
}

export interface JavacOptions {
  readonly sources: TreeExpression;
  /** Every file to compile, relative to the root of `sources`. */
  readonly paths: readonly string[];
  /** Of the action: `javac` unless told. */
  readonly name?: string;
  readonly description?: string;
  readonly release?: string;
  readonly classpath?: ClassPath;
  readonly origins?: readonly Origin[];
}

/** Archives and folders beside the platform. */
export interface ClassPath {
  /** Relative to the root of `work`, or absolute in a mounted tool. */
  readonly paths: readonly string[];
  readonly work: TreeExpression;
  readonly tools: readonly Toolchain[];
}

export const NO_CLASS_PATH: ClassPath = { paths: [], work: { kind: 'literal', files: [] }, tools: [] };

/** What `archiveClasses` makes. */
export function classesJar(work: TreeExpression): ClassPath {
  return { ...NO_CLASS_PATH, paths: ['classes.jar'], work };
}

/** javac: sources to `classes/`. File names and line numbers are kept for stack traces; they hold no paths. */
export function compileJava(stages: AndroidStages, options: JavacOptions): PlannedAction {
  const { name = 'javac', release = JAVA_RELEASE, classpath = NO_CLASS_PATH } = options;
  return androidAction(stages, name, {
    mnemonic: 'Javac',
    description: options.description ?? 'compile Java',
    argv: [
      ...javacCommand(stages.tools.java, JAVAC_HEAP_MEGABYTES, stages.tools.java),
      ...['--release', release, '-encoding', 'UTF-8', '-g:source,lines'],
      ...['-proc:none', '-implicit:none', '-Xlint:-options'],
      ...[
        '-classpath',
        [toolFile(stages.tools.platform, 'jar'), ...classpath.paths].join(':'),
        '-d',
        'classes',
      ],
      ...options.paths,
    ],
    tools: [stages.tools.java, stages.tools.platform, ...classpath.tools],
    mounts: archiveMounts(stages.tools.java),
    work:
      classpath.paths.length === 0
        ? options.sources
        : { kind: 'merge', of: [options.sources, classpath.work] },
    outputs: ['classes'],
    ...(options.origins ? { origins: options.origins } : {}),
    memoryBytes: jvmMemoryBytes(JAVAC_HEAP_MEGABYTES),
  });
}

export interface ArchiveOptions {
  readonly context: Pick<RuleContext, 'ownCommand'>;
  /** Holds `classes/`; what `javac` gives unless told. */
  readonly classes?: TreeExpression;
  /** Of the action: `classes` unless told. */
  readonly name?: string;
}

/** The classes as one archive, since D8 takes no folders and `jar` would write the time. */
export function archiveClasses(stages: AndroidStages, options: ArchiveOptions): PlannedAction {
  const { context, classes = output(stages.owner, 'javac'), name = 'classes' } = options;
  return androidAction(stages, name, {
    mnemonic: 'Zip',
    description: 'collect classes',
    ...context.ownCommand('zip', OWN_COMMANDS.zip, ['--out', 'classes.jar', '--store', 'class', 'classes']),
    work: classes,
    outputs: ['classes.jar'],
  });
}

export interface DexOptions {
  readonly minSdk: number;
  readonly isDebuggable: boolean;
  /** Of the action: `dex` unless told. */
  readonly name?: string;
  /** Archives of classes or DEX that are compiled; what `classes` gives unless told. */
  readonly inputs?: ClassPath;
  /** Archives beside the inputs of what intermediate runs want to be there once for all. */
  readonly globals?: readonly string[];
  /** Classes that are only looked at. */
  readonly classpath?: ClassPath;
  /** Made to be merged: `<name>.zip` in place of files beside it, and `<name>-globals.zip`. */
  readonly intermediate?: string;
  /** All inputs are DEX: no class is looked at. */
  readonly isMerge?: boolean;
}

/** D8: classes to `classes.dex`, and more of that where it is too much for one. */
export function dexClasses(stages: AndroidStages, options: DexOptions): PlannedAction {
  const { name = 'dex', classpath = NO_CLASS_PATH, intermediate, globals = [], isMerge = false } = options;
  const { inputs = classesJar(output(stages.owner, 'classes')) } = options;
  const { java, r8, platform } = stages.tools;
  const made = intermediate === undefined ? undefined : intermediateFiles(intermediate);
  return androidAction(stages, name, {
    mnemonic: 'D8',
    description: isMerge ? 'merge DEX' : 'compile to DEX',
    argv: [
      ...javaCommand(java, DEX_HEAP_MEGABYTES, r8),
      ...['-cp', toolFile(r8, 'jar'), 'com.android.tools.r8.D8'],
      options.isDebuggable ? '--debug' : '--release',
      ...['--min-api', String(options.minSdk), '--thread-count', '1'],
      // The JDK too, since the platform's archive lacks `java.lang`.
      ...(isMerge ? [] : ['--lib', toolFile(platform, 'jar'), '--lib', toolFile(java, 'home')]),
      ...(made ? ['--intermediate', '--globals-output', made.globals] : []),
      ...globals.flatMap((path) => ['--globals', path]),
      ...classpath.paths.flatMap((path) => ['--classpath', path]),
      ...['--output', made?.dex ?? '.', ...inputs.paths],
    ],
    tools: [java, r8, ...(isMerge ? [] : [platform]), ...classpath.tools, ...inputs.tools],
    mounts: archiveMounts(r8),
    work: classpath.paths.length === 0 ? inputs.work : { kind: 'merge', of: [inputs.work, classpath.work] },
    outputs: made ? [made.dex, made.globals] : [''],
    memoryBytes: jvmMemoryBytes(DEX_HEAP_MEGABYTES),
  });
}

/** What an intermediate run of D8 leaves. */
export function intermediateFiles(name: string): Readonly<Record<'dex' | 'globals', string>> {
  return { dex: `${name}.zip`, globals: `${name}-globals.zip` };
}

export interface PackageOptions {
  readonly context: Pick<RuleContext, 'ownCommand'>;
  readonly content: TreeExpression;
  /** Of the action: `package` unless told. */
  readonly name?: string;
  /** Whether native libraries are mapped from the archive, and not unpacked when the app is installed. */
  readonly mapsLibraries?: boolean;
}

/** The unsigned, aligned APK, `app.apk`: the same bytes wherever and whenever it is made. */
export function packageApk(stages: AndroidStages, options: PackageOptions): PlannedAction {
  const { context, content, name = 'package', mapsLibraries = false } = options;
  const stored = `${STORED_EXTENSIONS}${mapsLibraries ? ',so' : ''}`;
  return androidAction(stages, name, {
    mnemonic: 'Zip',
    description: 'assemble the APK',
    ...context.ownCommand('zip', OWN_COMMANDS.zip, ['--out', 'app.apk', '--store', stored, 'apk']),
    work: { kind: 'under', of: content, path: 'apk' },
    outputs: ['app.apk'],
  });
}

import type { PlannedAction, TreeExpression } from '../action/index.ts';
import type { Label } from '../base/index.ts';
import { type AndroidStages, actionId, androidAction, jvmFlags, toolFile } from './android-tools.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import type { RuleContext } from './rule.ts';

/**
 * The stages from sources to an unsigned APK. Every path in a command is relative to the working folder, so that no
 * place on a machine gets into the bytes.
 */

const MEBIBYTE = 2 ** 20;
const AAPT2_MEMORY_BYTES = 256 * MEBIBYTE;
const JAVAC_HEAP_MEGABYTES = 384;
const DEX_HEAP_MEGABYTES = 768;
/** What a JVM takes beside its heap. */
const JVM_MEGABYTES = 192;

/** Language level of the app's Java: the highest that the classes of every JDK since 11 and D8 agree on. */
const JAVA_RELEASE = '11';

/** Media that is packed already, and the table that must be mapped from the archive at target 30 and above. */
const STORED_EXTENSIONS = 'arsc,png,jpg,jpeg,webp,gif,woff2,mp3,mp4,ogg,webm';

export function output(owner: Label, name: string): TreeExpression {
  return { kind: 'output', action: actionId(owner, name) };
}

/** aapt2 compile: the `res` folder of `work` to `<name>.zip`. */
export function compileResources(stages: AndroidStages, name: string, work: TreeExpression): PlannedAction {
  return androidAction(stages, name, {
    mnemonic: 'Aapt2Compile',
    description: 'compile resources',
    argv: [toolFile(stages.tools.aapt2, 'binary'), 'compile', '--dir', 'res', '-o', `${name}.zip`],
    tools: [stages.tools.aapt2],
    work,
    outputs: [`${name}.zip`],
    memoryBytes: AAPT2_MEMORY_BYTES,
  });
}

export interface LinkOptions {
  /** Holds `in/AndroidManifest.xml`. */
  readonly manifest: TreeExpression;
  /** Names of compile actions; the later ones win, resource by resource. */
  readonly resources: readonly [string, ...string[]];
}

/** aapt2 link: the binary manifest, `resources.arsc` and `res/` as an APK holds them, and `gen/` with R.java. */
export function linkResources(stages: AndroidStages, options: LinkOptions): PlannedAction {
  const [first, ...overlays] = options.resources;
  const zips = options.resources.map(
    (name): TreeExpression => ({ kind: 'under', of: output(stages.owner, name), path: 'in' }),
  );
  return androidAction(stages, 'link', {
    mnemonic: 'Aapt2Link',
    description: 'link manifest and resources',
    argv: [
      toolFile(stages.tools.aapt2, 'binary'),
      'link',
      ...['-I', toolFile(stages.tools.platform, 'jar')],
      ...['--manifest', 'in/AndroidManifest.xml'],
      ...['-o', '.', '--output-to-dir', '--java', 'gen', '--auto-add-overlay'],
      `in/${first}.zip`,
      ...overlays.flatMap((name) => ['-R', `in/${name}.zip`]),
    ],
    tools: [stages.tools.aapt2, stages.tools.platform],
    work: { kind: 'merge', of: [options.manifest, ...zips] },
    outputs: ['AndroidManifest.xml', 'resources.arsc', 'res', 'gen'],
    memoryBytes: AAPT2_MEMORY_BYTES,
  });
}

export interface JavacOptions {
  readonly sources: TreeExpression;
  /** Every file to compile, relative to the root of `sources`. */
  readonly paths: readonly string[];
}

/** javac: sources to `classes/`. File names and line numbers are kept for stack traces; they hold no paths. */
export function compileJava(stages: AndroidStages, options: JavacOptions): PlannedAction {
  return androidAction(stages, 'javac', {
    mnemonic: 'Javac',
    description: 'compile Java',
    argv: [
      `${toolFile(stages.tools.java, 'home')}/bin/javac`,
      ...jvmFlags(JAVAC_HEAP_MEGABYTES).map((flag) => `-J${flag}`),
      ...['--release', JAVA_RELEASE, '-encoding', 'UTF-8', '-g:source,lines'],
      ...['-proc:none', '-implicit:none', '-Xlint:-options'],
      ...['-classpath', toolFile(stages.tools.platform, 'jar'), '-d', 'classes'],
      ...options.paths,
    ],
    tools: [stages.tools.java, stages.tools.platform],
    work: options.sources,
    outputs: ['classes'],
    memoryBytes: (JAVAC_HEAP_MEGABYTES + JVM_MEGABYTES) * MEBIBYTE,
  });
}

/** The classes as one archive, since D8 takes no folders and `jar` would write the time. */
export function archiveClasses(
  stages: AndroidStages,
  context: Pick<RuleContext, 'ownCommand'>,
): PlannedAction {
  return androidAction(stages, 'classes', {
    mnemonic: 'Zip',
    description: 'collect classes',
    ...context.ownCommand('zip', OWN_COMMANDS.zip, ['--out', 'classes.jar', '--store', 'class', 'classes']),
    work: output(stages.owner, 'javac'),
    outputs: ['classes.jar'],
  });
}

/** D8: `classes.jar` to `classes.dex`. The JDK is a library too, since the platform's archive lacks `java.lang`. */
export function dexClasses(
  stages: AndroidStages,
  options: { readonly minSdk: number; readonly isDebuggable: boolean },
): PlannedAction {
  return androidAction(stages, 'dex', {
    mnemonic: 'D8',
    description: 'compile to DEX',
    argv: [
      `${toolFile(stages.tools.java, 'home')}/bin/java`,
      ...jvmFlags(DEX_HEAP_MEGABYTES),
      ...['-cp', toolFile(stages.tools.r8, 'jar'), 'com.android.tools.r8.D8'],
      options.isDebuggable ? '--debug' : '--release',
      ...['--min-api', String(options.minSdk), '--thread-count', '1'],
      ...['--lib', toolFile(stages.tools.platform, 'jar'), '--lib', toolFile(stages.tools.java, 'home')],
      ...['--output', '.', 'classes.jar'],
    ],
    tools: [stages.tools.java, stages.tools.r8, stages.tools.platform],
    work: output(stages.owner, 'classes'),
    outputs: [''],
    memoryBytes: (DEX_HEAP_MEGABYTES + JVM_MEGABYTES) * MEBIBYTE,
  });
}

/** The unsigned, aligned APK, `app.apk`: the same bytes wherever and whenever it is made. */
export function packageApk(
  stages: AndroidStages,
  context: Pick<RuleContext, 'ownCommand'>,
  content: TreeExpression,
): PlannedAction {
  return androidAction(stages, 'package', {
    mnemonic: 'Zip',
    description: 'assemble the APK',
    ...context.ownCommand('zip', OWN_COMMANDS.zip, ['--out', 'app.apk', '--store', STORED_EXTENSIONS, 'apk']),
    work: { kind: 'under', of: content, path: 'apk' },
    outputs: ['app.apk'],
  });
}

import type { PlannedAction, TreeExpression } from '../action/index.ts';
import type { Target } from '../graph/index.ts';
import { type LinkOptions, linkResources, output } from './android-actions.ts';
import { appArtifact, type SignedApp } from './android-signing.ts';
import {
  type AndroidStages,
  androidAction,
  javaCommand,
  javacCommand,
  jvmMemoryBytes,
  toolFile,
} from './android-tools.ts';
import { BUNDLE_CLASS, BUNDLE_PROGRAM } from './bundle-program.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import { type DeclaredArtifact, DIST_CLASS, type RuleContext } from './rule.ts';

/**
 * The stages from what an APK is made of to an Android App Bundle of one module, checked by bundletool, with the universal APK
 * that it gives and the size of the download for each kind of device.
 */

const PROGRAM_HEAP_MEGABYTES = 256;
const BUNDLE_HEAP_MEGABYTES = 768;

export interface BundleOptions {
  readonly context: Pick<RuleContext, 'ownCommand'>;
  /** As they were linked for the APK. */
  readonly link: LinkOptions;
  /** What the APK holds beside linked resources, each at its place there: DEX, `assets/`, `lib/`. */
  readonly content: TreeExpression;
  /** The name of an action of the app, from the stage. */
  readonly nameOf?: (stage: string) => string;
}

const asItIs = (stage: string): string => stage;

export function bundleActions(stages: AndroidStages, options: BundleOptions): PlannedAction[] {
  const { context, link, nameOf = asItIs } = options;
  return [
    linkResources(stages, { ...link, name: nameOf('bundle-link'), isForBundle: true }),
    androidAction(stages, nameOf('bundle-module'), {
      mnemonic: 'Zip',
      description: "assemble the bundle's module",
      ...context.ownCommand('zip', OWN_COMMANDS.zip, ['--out', 'base.zip', 'module']),
      work: { kind: 'under', of: moduleContent(stages, options), path: 'module' },
      outputs: ['base.zip'],
    }),
    compileProgram(stages, nameOf('bundle-program')),
    makeBundle(stages, nameOf),
  ];
}

/** A module's own layout: what lies at the root of an APK has folders here. */
function moduleContent(stages: AndroidStages, options: BundleOptions): TreeExpression {
  const { content, nameOf = asItIs } = options;
  const linked = output(stages.owner, nameOf('bundle-link'));
  const under = (path: string, include: readonly string[], of: TreeExpression): TreeExpression => ({
    kind: 'under',
    of: { kind: 'filter', of, include },
    path,
  });
  const atRoot: TreeExpression = {
    kind: 'filter',
    of: content,
    exclude: ['*.dex', 'assets/**', 'lib/**'],
  };
  return {
    kind: 'merge',
    of: [
      under('manifest', ['AndroidManifest.xml'], linked),
      { kind: 'filter', of: linked, include: ['resources.pb', 'res/**'] },
      under('dex', ['*.dex'], content),
      { kind: 'filter', of: content, include: ['assets/**', 'lib/**'] },
      { kind: 'under', of: atRoot, path: 'root' },
    ],
  };
}

function compileProgram(stages: AndroidStages, name: string): PlannedAction {
  const { java, bundletool } = stages.tools;
  const source = `${BUNDLE_CLASS}.java`;
  return androidAction(stages, name, {
    mnemonic: 'Javac',
    description: 'compile the program that drives bundletool',
    argv: [
      ...javacCommand(java, PROGRAM_HEAP_MEGABYTES),
      ...['--release', '17', '-encoding', 'UTF-8', '-g:source,lines', '-proc:none', '-nowarn'],
      ...['-classpath', toolFile(bundletool, 'classpath'), '-d', 'program', source],
    ],
    tools: [java, bundletool],
    work: {
      kind: 'literal',
      files: [{ path: source, content: BUNDLE_PROGRAM, isExecutable: false }],
    },
    outputs: ['program'],
    memoryBytes: jvmMemoryBytes(PROGRAM_HEAP_MEGABYTES),
  });
}

function makeBundle(stages: AndroidStages, nameOf: (stage: string) => string): PlannedAction {
  const { java, bundletool, aapt2 } = stages.tools;
  return androidAction(stages, nameOf('bundle'), {
    mnemonic: 'Bundle',
    description: 'make and check the bundle',
    argv: [
      ...javaCommand(java, BUNDLE_HEAP_MEGABYTES),
      ...['-cp', `program:${toolFile(bundletool, 'classpath')}`, BUNDLE_CLASS],
      toolFile(aapt2, 'binary'),
    ],
    tools: [java, bundletool, aapt2],
    work: {
      kind: 'merge',
      of: [
        output(stages.owner, nameOf('bundle-module')),
        output(stages.owner, nameOf('bundle-program')),
        // It says so where it has to make the folder.
        { kind: 'literal', files: [{ path: 'universal/.keep', content: '', isExecutable: false }] },
      ],
    },
    outputs: ['app.aab', 'universal/universal.apk', 'sizes.json'],
    memoryBytes: jvmMemoryBytes(BUNDLE_HEAP_MEGABYTES),
  });
}

export interface BundledApp extends SignedApp {
  readonly target: Target;
  /** Of the artifacts, and of their files in `dist/`. */
  readonly name: string;
  readonly nameOf?: (stage: string) => string;
}

/** The bundle and its universal APK, signed by the app's key, and the sizes. */
export function bundleArtifacts(app: BundledApp): DeclaredArtifact[] {
  const { target, name, nameOf = asItIs } = app;
  const made = output(target.label, nameOf('bundle'));
  const file = (path: string): TreeExpression => ({ kind: 'at', of: made, path });
  const universal = `${name}-universal`;
  const path = `${DIST_CLASS.app}/${name}-sizes.json`;
  return [
    appArtifact(app, { name: `${name}-bundle`, as: name, kind: 'jar', tree: file('app.aab') }),
    appArtifact(app, { name: universal, as: universal, kind: 'apk', tree: file('universal/universal.apk') }),
    { name: `${name}-sizes`, type: 'data', path, tree: file('sizes.json'), isFile: true },
  ];
}

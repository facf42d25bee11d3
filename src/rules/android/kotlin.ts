import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ClassPath } from '../android-actions.ts';
import { androidAction, jvmFlags, toolFile } from '../android-tools.ts';
import { actionName, type VariantApp } from './app.ts';
import { inWorkspace } from './source-sets.ts';
import { codeAt, javaFiles, kotlinFiles } from './sources.ts';

const HEAP_MEGABYTES = 768;
const JVM_MEGABYTES = 320;
const MEBIBYTE = 2 ** 20;

export interface KotlinOptions {
  /** `R` and `BuildConfig`, in Java. */
  readonly generated: TreeExpression;
  readonly generatedPaths: readonly string[];
  readonly classpath: ClassPath;
  readonly jvmTarget: string;
}

/**
 * kotlinc: the Kotlin files to `classes/`. It reads the Java files too, so that each language sees the other; javac
 * then has these classes on its path.
 */
export function compileKotlin(app: VariantApp, options: KotlinOptions): PlannedAction {
  const { stages, context } = app;
  const { java, kotlin, platform } = stages.tools;
  const { classpath } = options;
  const files = [...kotlinFiles(app), ...javaFiles(app)];
  return androidAction(stages, actionName(app, 'kotlinc'), {
    mnemonic: 'Kotlinc',
    description: 'compile Kotlin',
    argv: [
      `${toolFile(java, 'home')}/bin/java`,
      ...jvmFlags(HEAP_MEGABYTES),
      ...['-cp', toolFile(kotlin, 'classpath'), 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler'],
      ...['-no-stdlib', '-no-reflect', '-jvm-target', options.jvmTarget],
      ...['-module-name', app.context.target.label.name],
      ...['-classpath', [toolFile(platform, 'jar'), ...classpath.paths].join(':')],
      ...['-d', 'classes'],
      ...files.map((path) => inWorkspace(context, path)),
      ...options.generatedPaths,
    ],
    tools: [java, kotlin, platform, ...classpath.tools.filter((tool) => tool !== kotlin)],
    work: { kind: 'merge', of: [codeAt(app, files), options.generated, classpath.work] },
    outputs: ['classes'],
    isWorkspaceShaped: true,
    memoryBytes: (HEAP_MEGABYTES + JVM_MEGABYTES) * MEBIBYTE,
  });
}

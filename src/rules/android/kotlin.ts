import type { PlannedAction, TreeExpression } from '../../action/index.ts';
import type { ClassPath } from '../android-actions.ts';
import { androidAction, archiveMounts, javaCommand, jvmMemoryBytes, toolFile } from '../android-tools.ts';
import type { VariantApp } from './app.ts';
import { inWorkspace } from './source-sets.ts';
import {
  type CodeSources,
  codeAt,
  JAVA_RELEASE,
  javaFiles,
  KOTLIN_NULLABILITY,
  kotlinFiles,
} from './sources.ts';

const HEAP_MEGABYTES = 768;
const JVM_MEGABYTES = 320;

export interface KotlinOptions {
  /** Of the action. */
  readonly name: string;
  /** Of the compiler: what `internal` is internal to. */
  readonly moduleName: string;
  readonly description: string;
  /** `R` and `BuildConfig`, in Java. */
  readonly generated: TreeExpression;
  readonly generatedPaths: readonly string[];
  readonly classpath: ClassPath;
  /** An archive of the class path whose `internal` names are seen. */
  readonly friend?: string;
}

/**
 * kotlinc: the Kotlin files to `classes/`. It reads the Java files too, so that each language sees the other; javac
 * then has these classes on its path.
 */
export function compileKotlin(
  code: CodeSources & Pick<VariantApp, 'stages'>,
  options: KotlinOptions,
): PlannedAction {
  const { stages, context } = code;
  const { java, kotlin, platform } = stages.tools;
  const { classpath } = options;
  const files = [...kotlinFiles(code), ...javaFiles(code)];
  return androidAction(stages, options.name, {
    mnemonic: 'Kotlinc',
    description: options.description,
    argv: [
      ...javaCommand(java, HEAP_MEGABYTES, kotlin),
      ...['-cp', toolFile(kotlin, 'classpath'), 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler'],
      ...['-no-stdlib', '-no-reflect', '-jvm-target', JAVA_RELEASE, KOTLIN_NULLABILITY],
      ...['-module-name', options.moduleName],
      ...(options.friend === undefined ? [] : [`-Xfriend-paths=${options.friend}`]),
      ...['-classpath', [toolFile(platform, 'jar'), ...classpath.paths].join(':')],
      ...['-d', 'classes'],
      ...files.map((path) => inWorkspace(context, path)),
      ...options.generatedPaths,
    ],
    tools: [java, kotlin, platform, ...classpath.tools.filter((tool) => tool !== kotlin)],
    mounts: archiveMounts(kotlin),
    work: { kind: 'merge', of: [codeAt(code, files), options.generated, classpath.work] },
    outputs: ['classes'],
    isWorkspaceShaped: true,
    memoryBytes: jvmMemoryBytes(HEAP_MEGABYTES, JVM_MEGABYTES),
  });
}

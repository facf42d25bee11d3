import type { Origin, PlannedAction, TreeExpression } from '../../action/index.ts';
import { type ClassPath, compileJava } from '../android-actions.ts';
import type { AndroidStages } from '../android-tools.ts';
import { withClasses } from './class-path.ts';
import { compileKotlin } from './kotlin.ts';
import { inWorkspace } from './source-sets.ts';
import { type CodeSources, codeAt, JAVA_RELEASE, javaFiles, kotlinFiles } from './sources.ts';

export interface CodeOptions {
  /** The name of an action, from the stage. */
  readonly nameOf: (stage: string) => string;
  /** The module whose code it is, in descriptions. */
  readonly of?: string;
  /** Of the Kotlin compiler: what `internal` is internal to. */
  readonly moduleName: string;
  /** `R` and `BuildConfig`, in Java. */
  readonly generated: TreeExpression;
  readonly generatedPaths: readonly string[];
  /** Of what is generated. */
  readonly origins?: readonly Origin[];
  readonly classpath: ClassPath;
  /** An archive of the class path whose `internal` names Kotlin sees. */
  readonly friend?: string;
}

/** Runs of a compiler. */
export interface CompiledCode {
  readonly actions: readonly PlannedAction[];
  /** What they leave, each with `classes/`. */
  readonly classes: readonly TreeExpression[];
}

export function compiledBy(action: PlannedAction): CompiledCode {
  return { actions: [action], classes: [{ kind: 'output', action: action.id }] };
}

/** Of a class that two have, the later one's counts. */
export function joinedCode(parts: readonly CompiledCode[]): CompiledCode {
  return {
    actions: parts.flatMap(({ actions }) => actions),
    classes: parts.flatMap(({ classes }) => classes),
  };
}

export const NO_CODE: CompiledCode = joinedCode([]);

/** Kotlin, and Java with Kotlin's classes on its path, each where there is some. */
export function compileCode(
  code: CodeSources & { readonly stages: AndroidStages },
  options: CodeOptions,
): Readonly<Record<'kotlin' | 'java', CompiledCode>> {
  const { stages, context } = code;
  const { nameOf, generated, generatedPaths, classpath } = options;
  const ofModule = options.of === undefined ? '' : ` of ${options.of}`;
  const sources = javaFiles(code);
  const kotlin =
    kotlinFiles(code).length > 0
      ? compiledBy(
          compileKotlin(code, {
            ...options,
            name: nameOf('kotlinc'),
            description: `compile Kotlin${ofModule}`,
          }),
        )
      : NO_CODE;
  if (sources.length + generatedPaths.length === 0) return { kotlin, java: NO_CODE };
  const java = compileJava(stages, {
    name: nameOf('javac'),
    description: `compile Java${ofModule}`,
    release: JAVA_RELEASE,
    sources: { kind: 'merge', of: [codeAt(code, sources), generated] },
    paths: [...sources.map((path) => inWorkspace(context, path)), ...generatedPaths],
    ...(options.origins ? { origins: options.origins } : {}),
    classpath: kotlin.classes.reduce((path, each) => withClasses(path, 'kotlin', each), classpath),
  });
  return { kotlin, java: compiledBy(java) };
}

import type { ClassPath } from '../android-actions.ts';
import { toolFile } from '../android-tools.ts';
import type { VariantApp } from './app.ts';
import { kotlinFiles } from './sources.ts';

/** What the app's own classes are compiled with. */
export function compileClassPath(app: VariantApp): ClassPath {
  return kotlinLibrary(app);
}

/** What the app contains beside its own classes. */
export function runtimeClassPath(app: VariantApp): ClassPath {
  return kotlinLibrary(app);
}

/** The library of the compiler, as Kotlin's own plugin of Gradle adds it. */
function kotlinLibrary(app: VariantApp): ClassPath {
  const { kotlin } = app.stages.tools;
  const has = kotlinFiles(app).length > 0;
  return {
    paths: has ? [toolFile(kotlin, 'stdlib')] : [],
    tools: has ? [kotlin] : [],
    work: { kind: 'literal', files: [] },
  };
}

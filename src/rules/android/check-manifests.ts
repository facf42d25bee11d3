import type { Diagnostic } from '../../base/index.ts';
import type { App } from './app.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import { inWorkspace, MANIFEST, within } from './source-sets.ts';
import { allVariants } from './variant.ts';
import { xmlProblem } from './xml-problem.ts';

/** Manifests of the app and its modules that are no XML: the merger says neither line nor column. */
export function checkManifests(app: App): Diagnostic[] {
  const { context, android, main } = app;
  const sets = new Map(
    allVariants(android, main).flatMap((each) => each.sets.map((set) => [set.folder, set])),
  );
  const own = [...sets.values()].map((set) => ({ context, set }));
  const others = app.allModules.map((module) => ({ context: module.context, set: module.main }));
  return [...own, ...others].flatMap(({ context: at, set }): Diagnostic[] => {
    const path = within(set, MANIFEST);
    const text = at.sources.readText(path);
    const problem = text === undefined ? undefined : xmlProblem(text);
    if (text === undefined || !problem) return [];
    const { start, end, message, hint } = problem;
    return [
      {
        code: 'rules/android-manifest-malformed' satisfies keyof typeof androidAppDiagnostics,
        severity: 'error',
        message: `the manifest is no XML: ${message}`,
        hint,
        span: { file: { path: inWorkspace(at, path), text }, start, end },
      },
    ];
  });
}

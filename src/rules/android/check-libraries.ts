import { type Diagnostic, mavenModule } from '../../base/index.ts';
import type { Located } from '../../config/index.ts';
import type { AndroidLibrary } from '../android-libraries.ts';
import { targetPlace } from '../target-place.ts';
import type { App } from './app.ts';
import { containedLibraries } from './class-path.ts';
import type { androidAppDiagnostics } from './diagnostics.ts';
import { MANIFEST, within } from './source-sets.ts';
import { allVariants } from './variant.ts';

/** Libraries that the app would contain and that need a newer Android than it does, as the lock says of them. */
export function checkLibraries(app: App): Diagnostic[] {
  const { android } = app;
  const overridden = overriddenPackages(app);
  const found = containedLibraries(app).flatMap((library) => {
    const { aar } = library.locked;
    const isTooNew = (aar?.minSdk ?? 1) > android.minSdk && !overridden.has(aar?.package ?? '');
    return isTooNew ? [{ library, minSdk: aar!.minSdk!, package: aar!.package }] : [];
  });
  const highest = Math.max(...found.map(({ minSdk }) => minSdk));
  return found.map(({ library, minSdk, package: name }): Diagnostic => {
    const asking = askedBy(app, library);
    const through =
      asking && mavenModule(asking.value) !== library.locked.name ? `, which ${asking.value} asks for,` : '';
    return {
      code: 'rules/android-library-min-sdk' satisfies keyof typeof androidAppDiagnostics,
      severity: 'error',
      message: `${library.coordinate}${through} needs minSdk ${minSdk}, and the app has minSdk ${android.minSdk}`,
      hint: `write "minSdk: ${highest}", or take a version that needs less; where the app calls it on newer devices alone, write tools:overrideLibrary="${name}" into <uses-sdk> of its manifest`,
      ...(asking ? { span: asking.span } : targetPlace(app.context)),
    };
  });
}

/** The coordinate in build.yaml by which a library came; absent where the lock does not tell who wants what. */
function askedBy({ context, libraries }: App, library: AndroidLibrary): Located<string> | undefined {
  const asked = context.spec.libraries ?? [];
  const wants = new Map(libraries.map(({ locked }) => [locked.name, locked.wants ?? []]));
  return asked.find(({ coordinate }) => reaches(wants, mavenModule(coordinate.value), library.locked.name))
    ?.coordinate;
}

function reaches(wants: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const name of seen) for (const each of wants.get(name) ?? []) seen.add(each);
  return seen.has(to);
}

function overriddenPackages({ context, android, main }: App): ReadonlySet<string> {
  const sets = allVariants(android, main).flatMap((variant) => variant.sets);
  const texts = sets.map((set) => context.sources.readText(within(set, MANIFEST)) ?? '');
  const lists = texts.flatMap((text) => [...text.matchAll(/\boverrideLibrary\s*=\s*["']([^"']*)["']/g)]);
  return new Set(lists.flatMap(([, list = '']) => list.split(',').map((name) => name.trim())));
}

import type { Diagnostic, Digest } from '../base/index.ts';
import type { Located } from '../config/index.ts';
import type { LockedRoot, PackageProblem, PackageRequest } from '../debian/index.ts';
import { type ClientContext, clientCache, scratchFolder } from './client.ts';
import type { LockedPackageRoot, TargetNeeds } from './model.ts';
import { rootFrom } from './resolved-from.ts';

/** A root of packages that an image wants; the lock keeps it by the image's label. */
export interface RootNeed {
  readonly label: string;
  readonly request: PackageRequest;
  readonly places: readonly Located<string>[];
}

export function rootsOf(targets: readonly TargetNeeds[]): readonly RootNeed[] {
  return targets.flatMap(({ label, packages, packagePlaces: places = [] }) =>
    packages ? [{ label, request: packages, places }] : [],
  );
}

/** The command that messages name. */
const RENEW = 'mobileops deps lock';

/**
 * Resolves packages by apt. A lock of the same request is kept for as long as all its files can be had: they are fetched
 * here where the store lacks them, since only that tells whether the mirror dropped one.
 */
export async function lockRoot(
  context: ClientContext,
  { request, places }: RootNeed,
  known: LockedPackageRoot | undefined,
): Promise<{ readonly value: LockedPackageRoot | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const from = rootFrom(request);
  if (known && isSame(from, known.from) && !(await isDropped(context, known)))
    return { value: known, diagnostics: [] };
  const { lockPackages } = await import('../debian/index.ts');
  const { host, signal } = context;
  const locked = await lockPackages(request, { host, signal, directory: clientCache(context, 'debian') });
  return locked.ok
    ? { value: { from, ...locked.value }, diagnostics: [] }
    : { value: undefined, diagnostics: locked.failure.map((each) => placed(each, places)) };
}

/** With the place of the package that it is of. */
function placed({ about, ...problem }: PackageProblem, places: readonly Located<string>[]): Diagnostic {
  const found = places.find(({ value }) => value.replace(/=.*$/, '') === about);
  return found ? { ...problem, span: found.span } : problem;
}

function isSame(from: LockedPackageRoot['from'], known: LockedPackageRoot['from']): boolean {
  const names = new Set([...Object.keys(from), ...Object.keys(known)]);
  return [...names].every((name) => from[name] === known[name]);
}

/** Whether the mirror no longer has a file that the store lacks; that it cannot be reached is for `prepare` to tell. */
async function isDropped(context: ClientContext, known: LockedPackageRoot): Promise<boolean> {
  const missing = known.locked.filter(({ sha256: hash, sizeBytes }) => !context.cas.has({ hash, sizeBytes }));
  const problems = await fetchDebs(context, { ...known, locked: missing }, () => {});
  return problems.some(({ code }) => code === 'debian/dropped-version');
}

/** Brings the locked files of a root into the store; each is told once it is there. */
export async function fetchDebs(
  context: ClientContext,
  root: LockedRoot,
  onFetched: (digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  if (root.locked.length === 0) return [];
  const { fetchPackages, packageFile } = await import('../debian/index.ts');
  const { host, cas, signal } = context;
  using scratch = scratchFolder(context);
  const fetched = await fetchPackages(root, {
    ...{ host, signal, directory: clientCache(context, 'debian'), packagesDirectory: scratch.path },
    renewCommand: RENEW,
    onFetched(file) {
      const path = packageFile(scratch.path, file);
      const digest = cas.putFile(path);
      host.fs.remove(path);
      onFetched(digest);
    },
  });
  return fetched.ok ? [] : fetched.failure;
}

import type { Diagnostic, Digest } from '../base/index.ts';
import type { Located } from '../config/index.ts';
import type { LockedRoot, PackageProblem, PackageRequest } from '../debian/index.ts';
import { type ClientContext, clientCache, scratchFolder } from './client.ts';
import type { LockedPackageRoot, TargetNeeds } from './model.ts';
import { rootFrom } from './resolved-from.ts';

/** A root of packages that an image wants; the lock keeps it by `rootKey`. */
export interface RootNeed {
  readonly label: string;
  readonly request: PackageRequest;
  readonly places: readonly Located<string>[];
  /** For another platform than the machine's: where it cannot be locked, that is no error. */
  readonly isOther?: true;
}

/** Those of a target's other platforms come behind its own. */
export function rootsOf(targets: readonly TargetNeeds[]): readonly RootNeed[] {
  return targets.flatMap(({ label, packages, otherPackages = [], packagePlaces: places = [] }) => [
    ...(packages ? [{ label, request: packages, places }] : []),
    ...otherPackages.map((request) => ({ label, request, places, isOther: true as const })),
  ]);
}

/** By which a lock keeps an image's packages, on whatever machine it is made. */
export function rootKey(label: string, { architecture }: Pick<PackageRequest, 'architecture'>): string {
  return architecture === 'amd64' ? label : `${label} linux/${architecture}`;
}

/** The command that messages name. */
const RENEW = 'mobileops deps lock';

/**
 * Resolves packages by apt. A lock of the same request is kept for as long as all its files can be had: they are fetched
 * here where the store lacks them, since only that tells whether the mirror dropped one.
 */
export async function lockRoot(
  context: ClientContext,
  { label, request, places, isOther }: RootNeed,
  known: LockedPackageRoot | undefined,
): Promise<{ readonly value: LockedPackageRoot | undefined; readonly diagnostics: readonly Diagnostic[] }> {
  const from = rootFrom(request);
  const isAsked = !isOther || isUsed(context, known);
  if (known && isSame(from, known.from) && !(isAsked && (await isDropped(context, known))))
    return { value: known, diagnostics: [] };
  const { lockPackages } = await import('../debian/index.ts');
  const { host, signal } = context;
  const locked = await lockPackages(request, { host, signal, directory: clientCache(context, 'debian') });
  if (locked.ok) return { value: { from, ...locked.value }, diagnostics: [] };
  const problems = locked.failure.map((each) => placed(each, places));
  const diagnostics = isOther ? problems.map((each) => asWarning(each, label, request)) : problems;
  return { value: undefined, diagnostics };
}

function asWarning(problem: Diagnostic, label: string, { architecture }: PackageRequest): Diagnostic {
  const { cause: _, message, ...rest } = problem;
  return {
    ...rest,
    severity: 'warning',
    message: `${label} is not locked for linux/${architecture}: ${message}`,
  };
}

/** Whether this machine takes files of a root of another platform: what it never has is not fetched to see whether it can be had. */
function isUsed({ cas }: ClientContext, root: LockedPackageRoot | undefined): boolean {
  const own = (root?.locked ?? []).filter(({ architecture }) => architecture === root?.architecture);
  return own.some(({ sha256: hash, sizeBytes }) => cas.has({ hash, sizeBytes }));
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

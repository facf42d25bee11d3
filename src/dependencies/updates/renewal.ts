import { type Ecosystem, normalizeName, type PackageName } from '../../packages/index.ts';
import { ecosystemOf } from '../graph/deb-purl.ts';
import type { Lockfile } from '../model.ts';

/** Which packages an update takes newer versions of. */
export interface Renewal {
  /** Absent: all. */
  readonly packages?: readonly PackageName[];
  /** Versions that were published later are not taken, as far as the client of the ecosystem can tell; RFC 3339. */
  readonly publishedBefore?: string;
}

/** A package of the same name in another ecosystem is another one. */
export function isRenewed({ packages }: Renewal, { ecosystem, name }: PackageName): boolean {
  if (packages === undefined) return true;
  const wanted = normalizeName(ecosystem, name);
  return packages.some(
    (each) => each.ecosystem === ecosystem && normalizeName(ecosystem, each.name) === wanted,
  );
}

/** The lock without what is renewed, so that it is resolved as if for the first time. */
export function withoutRenewed(lock: Lockfile, renewal: Renewal): Lockfile {
  const keptOf =
    (ecosystem: Ecosystem) =>
    ({ name }: { readonly name: string }): boolean =>
      !isRenewed(renewal, { ecosystem, name });
  const isKept = keptOf('PyPI');
  const sections = <Section>(
    all: Readonly<Record<string, Section>> = {},
    isWhole: (section: Section) => boolean,
  ) => Object.fromEntries(Object.entries(all).filter(([, section]) => isWhole(section)));
  return {
    ...lock,
    python: Object.fromEntries(
      Object.entries(lock.python).map(([label, { from, run, dev }]) => [
        label,
        { from, run: run.filter(isKept), dev: dev.filter(isKept) },
      ]),
    ),
    maven: sections(lock.maven, ({ files }) => files.every(keptOf('Maven'))),
    roots: sections(lock.roots, (root) => root.locked.every(keptOf(ecosystemOf(root)))),
    images: renewal.packages === undefined ? {} : (lock.images ?? {}),
  };
}

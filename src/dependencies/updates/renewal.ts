import { normalizeName } from '../../packages/index.ts';
import type { Lockfile } from '../model.ts';

/** Which packages an update takes newer versions of. */
export interface Renewal {
  /** As their ecosystems name them; absent: all. */
  readonly names?: readonly string[];
  /** Versions that were published later are not taken, as far as the client of the ecosystem can tell; RFC 3339. */
  readonly publishedBefore?: string;
}

export function isRenewed({ names }: Renewal, name: string): boolean {
  if (names === undefined) return true;
  return names.some((each) => each === name || normalizeName('PyPI', each) === normalizeName('PyPI', name));
}

/** The lock without what is renewed, so that it is resolved as if for the first time. */
export function withoutRenewed(lock: Lockfile, renewal: Renewal): Lockfile {
  const isKept = ({ name }: { readonly name: string }): boolean => !isRenewed(renewal, name);
  const sections = <Section>(
    all: Readonly<Record<string, Section>> = {},
    namesOf: (section: Section) => readonly { readonly name: string }[],
  ) => Object.fromEntries(Object.entries(all).filter(([, section]) => namesOf(section).every(isKept)));
  return {
    ...lock,
    python: Object.fromEntries(
      Object.entries(lock.python).map(([label, { from, run, dev }]) => [
        label,
        { from, run: run.filter(isKept), dev: dev.filter(isKept) },
      ]),
    ),
    maven: sections(lock.maven, ({ files }) => files),
    roots: sections(lock.roots, ({ locked }) => locked),
    images: renewal.names === undefined ? {} : (lock.images ?? {}),
  };
}

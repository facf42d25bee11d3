import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { type AptSource, parseSourcesList, parseSourcesStanzas } from './apt-sources.ts';
import type { DebianCode } from './diagnostics.ts';
import type { ArchiveName, Distribution, PackageRequest } from './model.ts';

/** Addresses of a distribution's archives on this machine, without a `/` at the end. */
export type Mirrors = Readonly<Record<ArchiveName, string>>;

type Place = Pick<PackageRequest, 'distribution' | 'suite' | 'architecture'>;
type Release = Pick<PackageRequest, 'distribution' | 'suite' | 'updates'>;

/** What is known of an archive; the address itself is the machine's or the user's to say. */
interface Archive {
  /** The variable that names the mirror. */
  readonly variable: string;
  /** How mirrors end, by which the distribution's own sources are told from others' with the same suite. */
  readonly folder: string;
}

const MAIN: Readonly<Record<Distribution, Archive>> = {
  debian: { variable: 'MOBILEOPS_DEBIAN_MIRROR', folder: 'debian' },
  ubuntu: { variable: 'MOBILEOPS_UBUNTU_MIRROR', folder: 'ubuntu' },
};
const UBUNTU_PORTS: Archive = { variable: 'MOBILEOPS_UBUNTU_PORTS_MIRROR', folder: 'ubuntu-ports' };
const DEBIAN_SECURITY: Archive = { variable: 'MOBILEOPS_DEBIAN_SECURITY_MIRROR', folder: 'debian-security' };

/** The file with the distribution's public keys, and the package that brings it. */
export const KEYRINGS: Readonly<Record<Distribution, { readonly path: string; readonly package: string }>> = {
  debian: { path: '/usr/share/keyrings/debian-archive-keyring.gpg', package: 'debian-archive-keyring' },
  ubuntu: { path: '/usr/share/keyrings/ubuntu-archive-keyring.gpg', package: 'ubuntu-keyring' },
};

/** Suites without updates and security updates of their own. */
const ROLLING = new Set(['sid', 'unstable', 'experimental']);

/** The suites that make up a release, each with the archive that holds it. */
export function pockets({
  distribution,
  suite,
  updates,
}: Release): readonly { suite: string; archive: ArchiveName }[] {
  if (!updates || ROLLING.has(suite)) return [{ suite, archive: 'main' }];
  return [
    { suite, archive: 'main' },
    { suite: `${suite}-updates`, archive: 'main' },
    { suite: `${suite}-security`, archive: distribution === 'debian' ? 'security' : 'main' },
  ];
}

/**
 * Where this machine finds the archives: the variable, else the machine's own apt sources for the distribution
 * (a line of another release will do, as one archive holds all).
 */
export function findMirrors(
  place: Place,
  { fs, variables }: { fs: FileSystem; variables: Readonly<Record<string, string>> },
): Result<Mirrors, Diagnostic> {
  const isPorts = place.distribution === 'ubuntu' && place.architecture !== 'amd64';
  const archive = isPorts ? UBUNTU_PORTS : MAIN[place.distribution];
  const wrong = [archive, DEBIAN_SECURITY].find(({ variable }) => isWrong(variables[variable]));
  if (wrong) return fail(badVariable(wrong));
  const sources = hostSources(fs);
  const stated = cleanAddress(variables[archive.variable]);
  const main = stated ?? addressIn(sources, archive);
  if (main === undefined) return fail(noMirror(place, archive));
  const security =
    place.distribution === 'ubuntu'
      ? main
      : (cleanAddress(variables[DEBIAN_SECURITY.variable]) ??
        (stated === undefined ? addressIn(sources, DEBIAN_SECURITY) : undefined) ??
        `${main}-security`);
  return ok({ main, security });
}

function isWrong(text: string | undefined): boolean {
  return text !== undefined && text !== '' && cleanAddress(text) === undefined;
}

function badVariable({ variable }: Archive): Diagnostic {
  return {
    code: 'debian/no-mirror' satisfies DebianCode,
    severity: 'error',
    message: `${variable} is no address of a mirror`,
    hint: 'write it with http:// or https:// and without quotes, spaces or brackets; the folder `dists` lies below it',
    cause: 'environment',
  };
}

function noMirror({ distribution, suite }: Place, { variable }: Archive): Diagnostic {
  return {
    code: 'debian/no-mirror' satisfies DebianCode,
    severity: 'error',
    message: `no mirror of ${distribution} is known: this machine's apt sources name none`,
    hint: `set ${variable} to the address of a mirror that has dists/${suite}`,
    cause: 'environment',
  };
}

function addressIn(sources: readonly AptSource[], { folder }: Archive): string | undefined {
  return sources
    .map(({ uri }) => cleanAddress(uri))
    .find((address) => address !== undefined && address.slice(address.lastIndexOf('/') + 1) === folder);
}

/** `undefined` for what apt could not fetch from without more than an address. */
function cleanAddress(text: string | undefined): string | undefined {
  const address = text?.replace(/\/+$/, '');
  return address !== undefined && /^https?:\/\/[^/\s"'[\]\\]+[^\s"'[\]\\]*$/.test(address)
    ? address
    : undefined;
}

const APT_FOLDER = '/etc/apt';

function hostSources(fs: FileSystem): readonly AptSource[] {
  const parts = `${APT_FOLDER}/sources.list.d`;
  const names = fs.lstat(parts)?.type === 'directory' ? fs.readDirectory(parts).map(({ name }) => name) : [];
  const read = (path: string): string => readable(fs, path);
  return [
    ...parseSourcesList(read(`${APT_FOLDER}/sources.list`)),
    ...names.flatMap((name) => {
      if (name.endsWith('.list')) return parseSourcesList(read(`${parts}/${name}`));
      return name.endsWith('.sources') ? parseSourcesStanzas(read(`${parts}/${name}`)) : [];
    }),
  ];
}

/** Sources with credentials may be root's alone: then they say nothing to others. */
function readable(fs: FileSystem, path: string): string {
  try {
    return fs.readTextIfExists(path) ?? '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return '';
    throw error;
  }
}

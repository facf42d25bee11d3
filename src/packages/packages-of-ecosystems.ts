import { type Ecosystem, normalizeName } from './ecosystem.ts';
import { formatPackageUrl, type PackageUrl } from './package-url.ts';

/** What all versions of a package are called. */
export interface PackageName {
  readonly ecosystem: Ecosystem;
  readonly name: string;
}

/** A package by the name that its ecosystem gives it. */
export interface NamedPackage extends PackageName {
  readonly version: string;
}

const TYPES: Readonly<Record<Ecosystem, string>> = {
  PyPI: 'pypi',
  npm: 'npm',
  Maven: 'maven',
  Debian: 'deb',
  Ubuntu: 'deb',
  Go: 'golang',
  'crates.io': 'cargo',
};

/** The canonical package URL; `qualifiers` as `{ arch: 'amd64', distro: 'debian-12' }`. */
export function packagePurl(named: NamedPackage, qualifiers?: Readonly<Record<string, string>>): string {
  const { ecosystem, version } = named;
  const [namespace, name] = namespaceOf(ecosystem, normalizeName(ecosystem, named.name));
  return formatPackageUrl({
    type: TYPES[ecosystem],
    name,
    version,
    ...(namespace === undefined ? {} : { namespace }),
    ...(qualifiers === undefined ? {} : { qualifiers }),
  });
}

/** `undefined` for a type that we know no ecosystem of, and where it names no version. */
export function packageOfPurl(url: PackageUrl): NamedPackage | undefined {
  const { type, namespace, name, version } = url;
  if (version === undefined) return undefined;
  switch (type) {
    case 'pypi':
      return { ecosystem: 'PyPI', name: normalizeName('PyPI', name), version };
    case 'npm':
      return { ecosystem: 'npm', name: namespace === undefined ? name : `${namespace}/${name}`, version };
    case 'maven':
      return namespace === undefined
        ? undefined
        : { ecosystem: 'Maven', name: `${namespace}:${name}`, version };
    case 'golang':
      return { ecosystem: 'Go', name: namespace === undefined ? name : `${namespace}/${name}`, version };
    case 'cargo':
      return { ecosystem: 'crates.io', name, version };
    case 'deb':
      if (namespace === 'debian') return { ecosystem: 'Debian', name, version };
      return namespace === 'ubuntu' ? { ecosystem: 'Ubuntu', name, version } : undefined;
    default:
      return undefined;
  }
}

function namespaceOf(ecosystem: Ecosystem, name: string): [string | undefined, string] {
  if (ecosystem === 'Debian' || ecosystem === 'Ubuntu') return [ecosystem.toLowerCase(), name];
  const at = ecosystem === 'Maven' ? name.indexOf(':') : name.lastIndexOf('/');
  return at < 0 ? [undefined, name] : [name.slice(0, at), name.slice(at + 1)];
}

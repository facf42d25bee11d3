import { compareVersions } from '../../packages/index.ts';
import { tarballName } from './npm-path.ts';
import type { NpmVersion } from './npm-store.ts';

/** What npm's clients read of a version when they install (`application/vnd.npm.install-v1+json`). */
const SHORT_FIELDS = [
  ...['name', 'version', 'dependencies', 'optionalDependencies', 'devDependencies', 'bundleDependencies'],
  ...[
    'peerDependencies',
    'peerDependenciesMeta',
    'bin',
    'directories',
    'dist',
    'engines',
    'os',
    'cpu',
    'libc',
  ],
  ...['funding', 'hasInstallScript', 'acceptDependencies'],
];

export interface PackumentOptions {
  /** The address of the registry, without a slash at its end. */
  readonly base: string;
  readonly isShort: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/** All of a package, as clients ask for it. */
export function packumentText(
  name: string,
  rows: readonly NpmVersion[],
  { base, isShort, tags }: PackumentOptions,
): string {
  const sorted = rows.toSorted((a, b) => compareVersions('npm', a.version, b.version));
  const times = sorted.map(({ publishedAtMs }) => publishedAtMs);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const versions = Object.fromEntries(
    sorted.map((row) => [row.version, versionDocument(row, base, isShort)]),
  );
  const modified = iso(Math.max(...times));
  const document = { name, 'dist-tags': tags, versions };
  if (isShort) return JSON.stringify({ ...document, modified });
  const time = {
    created: iso(Math.min(...times)),
    modified,
    ...Object.fromEntries(sorted.map((row) => [row.version, iso(row.publishedAtMs)])),
  };
  return JSON.stringify({ _id: name, _rev: `${rows.length}-0`, ...document, time });
}

export function versionDocument(row: NpmVersion, base: string, isShort: boolean): Record<string, unknown> {
  const whole = JSON.parse(row.manifest) as Record<string, unknown>;
  const dist = {
    ...(whole.dist as object),
    tarball: `${base}/${row.package}/-/${tarballName(row.package, row.version)}`,
  };
  const { deprecated: _, ...kept } = isShort
    ? Object.fromEntries(SHORT_FIELDS.flatMap((field) => (field in whole ? [[field, whole[field]]] : [])))
    : whole;
  return { ...kept, dist, ...(row.deprecated === null ? {} : { deprecated: row.deprecated }) };
}

import { untarGzip } from '../../archives/index.ts';
import { fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { distributionName, isNpmName, isNpmVersion } from '../../packages/index.ts';
import type { PublishItem } from '../publisher.ts';
import { recordIn } from './server-indexes.ts';

export interface Wheel {
  readonly kind: 'wheel';
  readonly item: PublishItem;
  /** As the index has it (PEP 503). */
  readonly project: string;
  readonly version: string;
}

export interface NpmPackage {
  readonly kind: 'npm';
  readonly item: PublishItem;
  readonly name: string;
  readonly version: string;
  /** Its package.json. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

export type Publishable = Wheel | NpmPackage;

/** It is sent within JSON, and a server takes no larger one. */
const MAX_TARBALL_BYTES = 2 ** 25;
const MAX_UNPACKED_BYTES = 2 ** 28;

/** What a file of a release is in an index of packages; the failure says why it is none. */
export function publishable(
  fs: Pick<FileSystem, 'readFile'>,
  item: PublishItem,
): Result<Publishable, string> {
  const named = distributionName(item.name);
  if (named?.kind === 'wheel')
    return ok({ kind: 'wheel', item, project: named.project, version: named.version });
  return item.name.endsWith('.tgz') ? npmPackage(fs, item) : fail('it is no wheel and no npm package');
}

function npmPackage(fs: Pick<FileSystem, 'readFile'>, item: PublishItem): Result<NpmPackage, string> {
  if (item.sizeBytes > MAX_TARBALL_BYTES)
    return fail(`an npm package may have ${MAX_TARBALL_BYTES / 2 ** 20} MiB`);
  const wants = (path: string): boolean => path === 'package/package.json';
  const files = untarGzip(fs.readFile(item.path), { wants, maxTotalBytes: MAX_UNPACKED_BYTES });
  if (!files.ok) return fail(files.failure);
  const manifest = recordIn(parseJson(Buffer.from(files.value[0]?.content ?? []).toString('utf8')));
  const { name, version } = manifest;
  if (typeof name !== 'string' || typeof version !== 'string')
    return fail('it has no package.json with a name and a version');
  if (!isNpmName(name) || !isNpmVersion(version))
    return fail(`its package.json says ${JSON.stringify(`${name}@${version}`)}, which npm cannot publish`);
  if (manifest.private === true) return fail('its package.json says that it is private');
  return ok({ kind: 'npm', item, name, version, manifest });
}

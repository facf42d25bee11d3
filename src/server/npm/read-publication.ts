import { createHash } from 'node:crypto';
import { z } from 'zod';
import { untarGzip } from '../../archives/index.ts';
import { isNpmName, isNpmVersion } from '../../packages/index.ts';
import { badRequest } from '../http/http-error.ts';
import { tarballName } from './npm-path.ts';

/** What `npm publish` sends. */
export interface NpmPublication {
  readonly name: string;
  readonly version: string;
  /** The package.json of the version with `dist`, without `dist.tarball`. */
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
  readonly tags: readonly string[];
}

const TAG = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,100}$/);
const MANIFEST = z.looseObject({
  name: z.string(),
  version: z.string().refine(isNpmVersion, 'no semantic version'),
  deprecated: z.string().optional(),
  dist: z.looseObject({ integrity: z.string().optional(), shasum: z.string().optional() }).optional(),
});

export const PACKUMENT = z.looseObject({
  name: z.string().refine(isNpmName, 'not the name of a package'),
  'dist-tags': z.record(TAG, z.string()).default({}),
  versions: z.record(z.string(), MANIFEST),
  _attachments: z.record(z.string(), z.looseObject({ length: z.int().optional() })).default({}),
});

/** Checks a publication against its own tarball: what clients read of a version is what is in it. */
export function readPublication(document: z.output<typeof PACKUMENT>, tarball: Buffer): NpmPublication {
  const { name, versions, _attachments: attachments } = document;
  const [[version, manifest] = [], ...otherVersions] = Object.entries(versions);
  const [attachment, ...others] = Object.values(attachments);
  if (!version || !manifest || otherVersions.length > 0 || !attachment || others.length > 0)
    throw badRequest('a publication has one version and one tarball');
  if (manifest.name !== name || manifest.version !== version)
    throw badRequest(
      `it is said to be ${name} ${version}, its manifest says ${manifest.name} ${manifest.version}`,
    );
  if (attachment.length !== undefined && attachment.length !== tarball.length)
    throw badRequest('the tarball is cut off');
  checkTarball(tarball, name, version);
  const tags = Object.entries(document['dist-tags']).flatMap(([tag, to]) => (to === version ? [tag] : []));
  const dist = { ...manifest.dist, ...hashes(tarball) };
  for (const kind of ['integrity', 'shasum'] as const) {
    const said = manifest.dist?.[kind];
    if (said !== undefined && !said.split(/\s+/).includes(dist[kind]) && !said.startsWith('sha1-'))
      throw badRequest(`the tarball has another ${kind} than was said`);
  }
  const { tarball: _, ...distWithout } = dist as typeof dist & { tarball?: unknown };
  const { readme: __, ...rest } = manifest;
  return { name, version, tarball, tags, manifest: { ...rest, dist: distWithout } };
}

function hashes(tarball: Buffer): { integrity: string; shasum: string } {
  return {
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
  };
}

/** It is unpacked in memory, to see what it says of itself. */
const MOST_UNPACKED_BYTES = 2 ** 28;

const IN_TARBALL = z.looseObject({ name: z.string(), version: z.string() });

function checkTarball(tarball: Buffer, name: string, version: string): void {
  const wants = (path: string): boolean => /^[^/]+\/package\.json$/.test(path);
  const files = untarGzip(tarball, { wants, maxTotalBytes: MOST_UNPACKED_BYTES });
  if (!files.ok) throw badRequest(`${tarballName(name, version)}: ${files.failure}`);
  const [file] = files.value;
  const inside = file && IN_TARBALL.safeParse(parsed(Buffer.from(file.content).toString('utf8')));
  if (!inside?.success)
    throw badRequest(`${tarballName(name, version)} has no package.json with name and version`);
  const { name: insideName, version: insideVersion } = inside.data;
  if (insideName !== name || insideVersion !== version)
    throw badRequest(
      `it is said to be ${name} ${version}, its package.json says ${insideName} ${insideVersion}`,
    );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

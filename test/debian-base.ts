/** A Debian root as a base image for tests: made by mmdebstrap once, and kept in the cache of the tests. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestOf, MANIFEST_TYPE, type PlainImage } from '../bench/images/base.ts';

const SUITE = 'bookworm';
const TEST_CACHE =
  process.env.MOBILEOPS_TEST_CACHE ?? join(import.meta.dirname, '..', 'build-cache', 'test-cache');
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export type DebianBase = { readonly archive: string; readonly layout: string } | { readonly missing: string };

/** The root as an archive, and the same as an OCI layout with one image; or why there is none. */
export function debianBase(): DebianBase {
  known ??= findOrMake();
  return known;
}

let known: DebianBase | undefined;

function findOrMake(): DebianBase {
  const folder = join(TEST_CACHE, `debian-${SUITE}`);
  const base = { archive: join(folder, 'base.tar'), layout: join(folder, 'layout') };
  if (existsSync(base.layout)) return base;
  mkdirSync(TEST_CACHE, { recursive: true });
  const made = mkdtempSync(`${folder}-`);
  try {
    const missing = makeBase(made);
    if (missing !== undefined) return { missing };
    takePlace(made, folder);
    return base;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Another test may have made the same meanwhile. */
function takePlace(made: string, folder: string): void {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

function makeBase(folder: string): string | undefined {
  const archive = join(folder, 'base.tar');
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: '1700000000' };
  const words = ['--variant=minbase', SUITE, archive];
  const made = spawnSync('mmdebstrap', words, { env, encoding: 'utf8' });
  if (made.error !== undefined) return 'mmdebstrap is missing';
  if (made.status !== 0) return `mmdebstrap: ${made.stderr.trim().split('\n').at(-1)}`;
  writeLayout(join(folder, 'layout'), imageOf(readFileSync(archive)));
  return undefined;
}

function imageOf(archive: Buffer): PlainImage {
  const blobs = new Map<string, Buffer>();
  const describe = (mediaType: string, content: Buffer) => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType: `application/vnd.oci.image.${mediaType}`, digest, size: content.length };
  };
  const layer = describe('layer.v1.tar+gzip', gzipSync(archive, { level: 1 }));
  const config = {
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: [`PATH=${PATH}`], Cmd: ['bash'] },
    history: [{ created_by: 'mmdebstrap' }],
    rootfs: { type: 'layers', diff_ids: [digestOf(archive)] },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe('config.v1+json', Buffer.from(JSON.stringify(config))),
    layers: [layer],
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), blobs };
}

function writeLayout(layout: string, { manifest, blobs }: PlainImage): void {
  const digest = digestOf(manifest);
  mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
  for (const [name, content] of [...blobs, [digest, manifest] as const])
    writeFileSync(join(layout, 'blobs', name.replace(':', '/')), content);
  const annotations = { 'org.opencontainers.image.ref.name': SUITE };
  const manifests = [{ mediaType: MANIFEST_TYPE, digest, size: manifest.length, annotations }];
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
}

/** The one image of a layout, as it is put into a registry. */
export function readPlainImage(layout: string): PlainImage & { readonly digest: string } {
  const blob = (digest: string): Buffer => readFileSync(join(layout, 'blobs', digest.replace(':', '/')));
  const { digest } = JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0];
  const manifest = blob(digest);
  const { config, layers } = JSON.parse(manifest.toString());
  const blobs = new Map(
    [config, ...layers].map((each: { digest: string }) => [each.digest, blob(each.digest)]),
  );
  return { manifest, blobs, digest };
}

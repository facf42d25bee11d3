import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ContentSource, type ExpectedFile, writeFile } from './content.ts';

const SHELL = '/bin/dash';
const PAD_FILES = 20;
const PAD_BYTES = 140_000;

/** A shell of this machine with what it is linked to, and some files: about 5 MB. Gives the files to be verified. */
export function makeBase(source: ContentSource, root: string): Map<string, ExpectedFile> {
  const linked = execFileSync('ldd', [SHELL], { encoding: 'utf8' });
  const libraries = [...linked.matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path!);
  for (const [from, to] of [[SHELL, '/bin/sh'] as const, ...libraries.map((path) => [path, path] as const)]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  }
  const pads = Array.from({ length: PAD_FILES }, (_, at): [string, ExpectedFile] => {
    const content = at % 2 === 0 ? source.text(PAD_BYTES) : source.noise(PAD_BYTES);
    return [`pad/${at}`, writeFile(join(root, 'pad', String(at)), content)];
  });
  return new Map(pads);
}

export interface PlainImage {
  readonly manifest: Buffer;
  /** The configuration and the layers, by digest. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** An image with one layer for each archive. */
export function imageOf(archives: readonly Buffer[]): PlainImage {
  const blobs = new Map<string, Buffer>();
  const describe = (mediaType: string, content: Buffer) => {
    const digest = digestOf(content);
    blobs.set(digest, content);
    return { mediaType: `application/vnd.oci.image.${mediaType}`, digest, size: content.length };
  };
  const layers = archives.map((archive) => describe('layer.v1.tar+gzip', gzipSync(archive, { level: 1 })));
  const config = {
    created: CREATED,
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/bin'] },
    // buildah counts them against the layers.
    history: archives.map(() => ({ created: CREATED, created_by: 'bench' })),
    rootfs: { type: 'layers', diff_ids: archives.map(digestOf) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe('config.v1+json', Buffer.from(JSON.stringify(config))),
    layers,
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), blobs };
}

const CREATED = '2026-01-01T00:00:00Z';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** A folder as an archive, the same on every machine. */
export function archiveOf(folder: string): Buffer {
  const words = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-cf', '-', '.'];
  return execFileSync('tar', words, { cwd: folder, maxBuffer: 2 ** 30 });
}

export function digestOf(content: Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

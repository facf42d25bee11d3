import { join } from 'node:path';
import type { FileSystem } from '../../host/index.ts';
import { parseWantedPlatform, type WantedPlatform } from '../../inspection/index.ts';

/** An index in an index in an index is the most that anybody writes. */
const MAX_DEPTH = 3;
const INDEX = /image\.index|manifest\.list/;

type Files = Pick<FileSystem, 'lstat' | 'readFile'>;

interface Descriptor {
  readonly mediaType?: string;
  readonly digest?: string;
  readonly platform?: { readonly os?: string; readonly architecture?: string; readonly variant?: string };
}

/** The platforms that an OCI layout has images for, as far as its indexes name them; none where it cannot be read. */
export function layoutPlatforms(fs: Files, layout: string): readonly WantedPlatform[] {
  const found = new Set<string>();
  const visit = (path: string, depth: number): void => {
    for (const { mediaType = '', digest = '', platform } of manifestsOf(fs, path)) {
      if (INDEX.test(mediaType) && depth < MAX_DEPTH && /^sha256:[0-9a-f]{64}$/.test(digest))
        visit(join(layout, 'blobs', digest.replace(':', '/')), depth + 1);
      else if (platform)
        found.add([platform.os, platform.architecture, platform.variant].filter(Boolean).join('/'));
    }
  };
  visit(join(layout, 'index.json'), 1);
  return [...found].sort().flatMap((text) => parseWantedPlatform(text) ?? []);
}

function manifestsOf(fs: Files, path: string): readonly Descriptor[] {
  try {
    const { manifests } = JSON.parse(fs.lstat(path) ? Buffer.from(fs.readFile(path)).toString() : '{}') as {
      readonly manifests?: unknown;
    };
    return Array.isArray(manifests) ? manifests : [];
  } catch {
    return [];
  }
}

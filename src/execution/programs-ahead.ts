import type { FileSystem, Host } from '../host/index.ts';
import { stampOf } from './package-database.ts';
import type { ContentMemo, DigestsAhead } from './root-scan.ts';
import { PROGRAM_FOLDERS } from './visible-root.ts';

/** Of smaller ones the thread would be told more than it reads. */
const LARGE_BYTES = 2 ** 20;

/**
 * Hashes the large programs of the machine that `known` does not tell, by another thread: the first build of a machine has
 * a gigabyte of them to read, and enough else to do meanwhile. What cannot be read is left to who needs it.
 */
export function programsAhead(
  { fs, digests }: Pick<Host, 'fs' | 'digests'>,
  known: ContentMemo | undefined,
): DigestsAhead {
  const programs = digests ? largePrograms(fs, known) : [];
  const found = new Map<string, string>();
  const read = programs.map(async ({ path, sizeBytes }) => {
    using file = digests!.follow(path);
    const digest = await file.finish(sizeBytes).catch(() => undefined);
    if (digest !== undefined) found.set(path, digest);
  });
  return {
    stamps: new Map(programs.map(({ path, stamp }) => [path, stamp])),
    digests: Promise.all(read).then(() => found),
  };
}

interface LargeProgram {
  readonly path: string;
  readonly stamp: string;
  readonly sizeBytes: number;
}

function largePrograms(fs: FileSystem, known: ContentMemo | undefined): LargeProgram[] {
  const folders = PROGRAM_FOLDERS.filter((folder) => fs.lstat(folder)?.type === 'directory');
  return folders.flatMap((folder) =>
    fs.readDirectory(folder).flatMap(({ name }): LargeProgram[] => {
      const path = `${folder}/${name}`;
      const stat = fs.lstat(path);
      if (stat?.type !== 'file' || stat.sizeBytes < LARGE_BYTES) return [];
      const stamp = stampOf(stat);
      return known?.files[path]?.[0] === stamp ? [] : [{ path, stamp, sizeBytes: stat.sizeBytes }];
    }),
  );
}

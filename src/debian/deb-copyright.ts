import { posix } from 'node:path';
import { fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { readDebTar, type Take } from './deb-tar.ts';
import { expandMember, openDeb, takerOf, type UnpackOptions } from './read-deb.ts';

export interface CopyrightOptions extends UnpackOptions {
  /** Of the package. */
  readonly name: string;
}

/** They are texts for people; more is none. */
const MAX_BYTES = 4 * 2 ** 20;
const CHUNK_BYTES = 1 << 20;

/**
 * The copyright file of a .deb (Debian Policy 12.5); nothing else of it is kept. `undefined` where it has none itself: its folder of
 * documents may be a link to that of another package. Files of this call in the folder are named by the package.
 */
export async function debCopyright(
  path: string,
  { name, ...options }: CopyrightOptions,
): Promise<Result<Uint8Array | undefined, string>> {
  const { fs } = options.host;
  const opened = openDeb(fs, path);
  if (!opened.ok) return opened;
  using file = opened.value.file;
  const to = posix.join(options.directory, `${name}.data.tar`);
  try {
    const expanded = await expandMember(file, opened.value.members.data, { ...options, to });
    return expanded.ok ? fileIn(fs, to, `usr/share/doc/${name}/copyright`) : expanded;
  } finally {
    fs.remove(to);
  }
}

function fileIn(fs: FileSystem, tar: string, path: string): Result<Uint8Array | undefined, string> {
  using handle = fs.open(tar, 'r');
  const take = takerOf(handle);
  let found: Uint8Array | undefined;
  const read = readDebTar({
    take,
    content: (entry, count) => {
      if (entry.path !== path || count > MAX_BYTES) return passOver(take, count);
      found = take(count);
      return found ? ok(undefined) : fail('its archive ends too early');
    },
  });
  return read.ok ? ok(found) : read;
}

function passOver(take: Take, count: number): Result<undefined, string> {
  for (let left = count; left > 0; left -= Math.min(left, CHUNK_BYTES))
    if (!take(Math.min(left, CHUNK_BYTES))) return fail('its archive ends too early');
  return ok(undefined);
}

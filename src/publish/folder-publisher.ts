import { basename, dirname, join } from 'node:path/posix';
import { fail, ok, type Result } from '../base/index.ts';
import { digestOfFile, type FileSystem, flushFolder, writeDurably } from '../host/index.ts';
import type { Promoted, PublishedRelease, Publisher, PublishFailure, PublishItem, Put } from './publisher.ts';

export interface FolderOptions {
  readonly fs: FileSystem;
  /** Absolute. */
  readonly folder: string;
  /** Whether the first version is newer than the second. */
  readonly isNewer: (version: string, than: string) => boolean;
}

/** The channel whose newest release is also `latest`. */
const STABLE = 'stable';

/**
 * A folder, as a web server or a share shows it: `<version>/` with the files, `channels/<channel>` and `latest`, which are
 * links to versions, each with a `.json` beside it that says the same. A version appears whole, by one rename, and a link moves by another one.
 */
export function folderPublisher({ fs, folder, isNewer }: FolderOptions): Publisher {
  const versionFolder = ({ version }: PublishedRelease): string => join(folder, version);
  const stagingFolder = ({ version }: PublishedRelease): string => join(folder, `.${version}.partial`);
  return {
    place: folder,
    put: (item, release) =>
      onDisk(() => {
        const isThere = fs.lstat(versionFolder(release)) !== undefined;
        const target = isThere ? versionFolder(release) : stagingFolder(release);
        return put(fs, item, target);
      }),
    promote: (release) =>
      onDisk(() => {
        if (!fs.lstat(versionFolder(release))) {
          flushFolder(fs, stagingFolder(release));
          fs.rename(stagingFolder(release), versionFolder(release));
          flushFolder(fs, folder);
        }
        return ok(move({ fs, folder, isNewer }, release));
      }),
  };
}

/** What the disk refuses is said as what the destination refuses; it is not ours to mend. */
async function onDisk<T>(run: () => Result<T, PublishFailure>): Promise<Result<T, PublishFailure>> {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
    return fail({ kind: 'rejected', detail: error.message });
  }
}

function put(fs: FileSystem, item: PublishItem, folder: string): Result<Put, PublishFailure> {
  const path = join(folder, item.name);
  const stat = fs.lstat(path);
  if (stat?.type === 'file' && digestOfFile(fs, path).hash === item.sha256) return ok('present');
  // What lies in the staging folder is nobody's yet; a version that is out never changes.
  if (stat && !basename(folder).startsWith('.')) return fail({ kind: 'conflict', name: item.name });
  fs.makeDirectory(folder);
  const partial = join(folder, `.${item.name}.partial`);
  fs.remove(partial);
  fs.copyFile(item.path, partial, 0o644);
  flushFile(fs, partial);
  if (digestOfFile(fs, partial).hash !== item.sha256) {
    fs.remove(partial);
    return fail({ kind: 'rejected', detail: `${item.name} changed while it was copied` });
  }
  fs.rename(partial, path);
  flushFolder(fs, folder);
  return ok('sent');
}

function flushFile(fs: FileSystem, path: string): void {
  using file = fs.open(path, 'r');
  file.sync();
}

/** The channel's link, and `latest` of the stable one, each to the newest. */
function move({ fs, folder, isNewer }: FolderOptions, release: PublishedRelease): Promoted {
  const { version, channel, isNewest } = release;
  if (!isNewest) return 'kept';
  const links = [join(folder, 'channels', channel), ...(channel === STABLE ? [join(folder, 'latest')] : [])];
  let promoted: Promoted = 'moved';
  for (const link of links) {
    const current = fs.lstat(link)?.type === 'symlink' ? basename(fs.readLink(link)) : undefined;
    if (current !== undefined && current !== version && isNewer(current, version)) {
      promoted = 'kept';
      continue;
    }
    const target = dirname(link) === folder ? version : `../${version}`;
    if (current !== version) replaceLink(fs, link, target);
    writeDurably(fs, pointerOf(link), pointerText(version));
  }
  return promoted;
}

/** For who reads the folder over the web, where a link has no target: which version a channel names. */
function pointerOf(link: string): string {
  return `${link}.json`;
}

function pointerText(version: string): string {
  return `${JSON.stringify({ format: 1, version })}\n`;
}

/** The version that a pointer names; `undefined` for what is none. */
export function pointedVersion(text: string): string | undefined {
  try {
    const { format, version } = JSON.parse(text) ?? {};
    return format === 1 && typeof version === 'string' && /^\d[0-9A-Za-z.+-]{0,99}$/.test(version)
      ? version
      : undefined;
  } catch {
    return undefined;
  }
}

/** By rename, so that whoever follows the link sees the old target or the new one. */
export function replaceLink(fs: FileSystem, link: string, target: string): void {
  const fresh = join(dirname(link), `.${basename(link)}.partial`);
  fs.makeDirectory(dirname(link));
  fs.remove(fresh);
  fs.symlink(target, fresh);
  fs.rename(fresh, link);
  flushFolder(fs, dirname(link));
}

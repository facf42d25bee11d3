import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import type { ContentMemo } from './root-scan.ts';
import { type RootPlaces, rootPlaces, type VisibleRoot, visibleRoot } from './visible-root.ts';

/** The visible root with a digest of every look at its files: as long as that is the same, so is the root. */
export interface SeenRoot {
  readonly root: VisibleRoot;
  /** `undefined` where a further change might not show. */
  readonly listing: string | undefined;
  readonly places: RootPlaces;
}

interface Memo {
  readonly places: RootPlaces;
  readonly listing: string | undefined;
  readonly root: VisibleRoot;
}

/**
 * Looks at every file that the sandbox shows of the host (`lstat`) and gives the root; what is known of it lies in
 * `folder`, one for each user. `own` are folders of ours that are hidden wherever they lie. GNU `find` looks, beside our own work; elsewhere we do.
 */
export async function seeRoot(host: Host, folder: string, own: readonly string[] = []): Promise<SeenRoot> {
  const { fs, env } = host;
  const path = join(folder, `root-${env.userId}.json`);
  const memo = parse<Memo>(fs.readTextIfExists(path));
  const places = rootPlaces(fs, { before: memo?.places, own });
  const isKnown = memo !== undefined && memo.places.stamp === places.stamp;
  const listing = await listHost(host, scratchIn(host, own, folder), places);
  if (isKnown && listing !== undefined && memo.listing === listing)
    return { root: seenBy(host, memo.root), listing, places };
  const root = scanned(host, folder, places);
  const now: Memo = { places, listing, root };
  if (listing !== undefined) write(host, folder, path, now);
  return { root: seenBy(host, root), listing, places };
}

/**
 * Owners of files look otherwise to root and to others, since a sandbox maps one id; and a user's further groups cannot be left,
 * so an action sees that there are some.
 */
function seenBy({ fs, env }: Host, root: VisibleRoot): VisibleRoot {
  const status = fs.readTextIfExists('/proc/self/status') ?? '';
  const numbers = (name: string): string[] =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(status)?.[1]?.match(/\d+/g) ?? [];
  const [own] = numbers('Gid');
  const hasGroups = numbers('Groups').some((group) => group !== own);
  const caller = env.userId === 0 ? 'root' : hasGroups ? 'a user with groups' : 'a user';
  return { ...root, fingerprint: sha256(`${root.fingerprint} by ${caller}`) };
}

/** Whether all is still as it was seen: a package that is installed while actions run makes their results nobody's. */
export async function isRootAsSeen(
  host: Host,
  {
    folder,
    own,
    seen,
  }: { readonly folder: string; readonly own: readonly string[]; readonly seen: SeenRoot },
): Promise<boolean> {
  const places = rootPlaces(host.fs, { before: seen.places, own });
  return (
    seen.listing === undefined ||
    seen.listing === (await listHost(host, scratchIn(host, own, folder), places))
  );
}

/** Where nothing is a source: the store may lie in a workspace. */
function scratchIn({ fs }: Host, own: readonly string[], folder: string): string {
  return own.map((path) => join(path, 'build-cache')).find((path) => fs.lstat(path)) ?? folder;
}

function scanned({ fs, env, ...host }: Host, folder: string, places: RootPlaces): VisibleRoot {
  const path = join(folder, `root-files-${env.userId}.json`);
  const before = parse<ContentMemo>(fs.readTextIfExists(path));
  const { root, memo } = visibleRoot(fs, places, before);
  write({ fs, env, ...host }, folder, path, memo);
  return root;
}

function write({ fs }: Host, folder: string, path: string, value: unknown): void {
  const body = JSON.stringify(value);
  fs.makeDirectory(folder);
  fs.replaceFile(path, `${sha256(body)}\n${body}`);
}

/** The first line is the digest of the rest: a file that was damaged is as good as none. */
function parse<T>(text: string | undefined): T | undefined {
  const body = text?.slice(65);
  return body !== undefined && text?.slice(0, 64) === sha256(body) ? (JSON.parse(body) as T) : undefined;
}

const FIND = '/usr/bin/find';
/** What changes with any change of a file or of a folder's names. */
const LINE = '%i %C@\\n';
const RACY = '\\001';
const RACY_BYTE = 1;
/** More than a tick of the clock that stamps files. */
const TICK_MS = 10;

/** Digest of the figures of all shown files; `undefined` where one was changed so shortly before that it says nothing. */
async function listHost(host: Host, folder: string, places: RootPlaces): Promise<string | undefined> {
  const trees = [...places.trees, ...places.network];
  if (host.env.platform !== 'linux' || host.fs.lstat(FIND) === undefined) {
    return sha256(trees.map((tree) => walked(host.fs, places, tree)).join(''));
  }
  return listed(host, folder, { ...places, trees });
}

async function listed(
  { fs, processes, env }: Host,
  folder: string,
  { trees, hidden, large }: Pick<RootPlaces, 'trees' | 'hidden' | 'large'>,
): Promise<string | undefined> {
  const path = join(folder, `root.${env.pid}.tmp`);
  const clock = `${path}.clock`;
  try {
    fs.makeDirectory(folder);
    fs.writeFile(clock, '');
    fs.setTimes(clock, fs.lstat(clock)!.mtimeMs - TICK_MS);
    // Folders alone are tested: of all tests, those of a path cost most.
    const pruned = [
      ...hidden.flatMap((each) => ['-path', plain(each), '-prune', '-o']),
      ...large.flatMap((each) => ['-path', plain(each), '-prune', '-printf', LINE, '-o']),
    ];
    const print = ['-printf', LINE, '(', '-cnewer', clock, '-printf', RACY, '-o', '-true', ')'];
    await processes.run([FIND, ...trees, '!', '-type', 'd', ...print, '-o', ...pruned, ...print], {
      env: { LC_ALL: 'C' },
      output: { path },
    });
    const bytes = fs.readFile(path);
    return bytes.byteLength === 0 || bytes.includes(RACY_BYTE) ? undefined : sha256(bytes);
  } finally {
    fs.remove(path);
    fs.remove(clock);
  }
}

/** `-path` takes a pattern. */
function plain(path: string): string {
  return path.replace(/[[\]*?\\]/g, '\\$&');
}

function walked(fs: FileSystem, places: RootPlaces, path: string): string {
  const stat = fs.lstat(path);
  if (places.hidden.includes(path)) return '';
  const line = `${stat?.inode} ${stat?.ctimeMs}\n`;
  if (stat?.type !== 'directory' || places.large.includes(path)) return line;
  return (
    line +
    fs
      .readDirectory(path)
      .map(({ name }) => walked(fs, places, `${path}/${name}`))
      .join('')
  );
}

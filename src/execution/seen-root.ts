import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import { collectGarbage, type FileSystem, type Host } from '../host/index.ts';
import type { Listing, Look, MachineTrees } from '../look/index.ts';
import { readChecked, writeChecked } from './checked-memo.ts';
import { programsAhead } from './programs-ahead.ts';
import type { ContentMemo } from './root-scan.ts';
import {
  beginVisibleRoot,
  type RootPlaces,
  rootPlaces,
  shownOwners,
  type VisibleRoot,
} from './visible-root.ts';

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

export interface SeeOptions {
  /** What is known of the root lies there, one file for each user. */
  readonly folder: string;
  /** Folders of ours that are hidden wherever they lie. */
  readonly own?: readonly string[];
  /** Without one we look ourselves, which takes longer. */
  readonly look?: Look | undefined;
}

/** Looks at every file that the sandbox shows of the host (`lstat`) and gives the root. */
export async function seeRoot(host: Host, { folder, own, look }: SeeOptions): Promise<SeenRoot> {
  const { fs, env } = host;
  const path = join(folder, `root-${env.userId}.json`);
  const memo = readChecked<Memo>(fs, path);
  // The first look at a machine will have to read its programs: begun at once.
  let ahead = memo ? undefined : programsAhead(host, undefined);
  const owners = shownOwners(fs);
  const places = rootPlaces(fs, { before: memo?.places, own, owners });
  const isKnown = memo !== undefined && memo.places.stamp === places.stamp;
  const listing = await listingOf(host, places, look && ((trees) => look.machine(trees)));
  if (isKnown && listing !== undefined && memo.listing === listing)
    return { root: seenBy(host, memo.root), listing, places };
  const filesPath = join(folder, `root-files-${env.userId}.json`);
  const before = readChecked<ContentMemo>(fs, filesPath);
  ahead ??= programsAhead(host, before);
  const finish = beginVisibleRoot(fs, places, { before, owners, ahead });
  const { root, memo: files } = finish(await ahead.digests);
  writeChecked(fs, filesPath, files);
  const now: Memo = { places, listing, root };
  if (listing !== undefined) writeChecked(fs, path, now);
  // Of hundreds of thousands of paths nothing is needed any more, and a build may be long.
  setImmediate(() => collectGarbage('last-resort'));
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
  { own, look, seen }: Pick<SeeOptions, 'own' | 'look'> & { readonly seen: SeenRoot },
): Promise<boolean> {
  const places = rootPlaces(host.fs, { before: seen.places, own });
  return (
    seen.listing === undefined ||
    seen.listing === (await listingOf(host, places, look && ((trees) => look.machineNow(trees))))
  );
}

/** Digest of the figures of all shown files; `undefined` where one was changed so shortly before that it says nothing. */
async function listingOf(
  { fs }: Host,
  places: RootPlaces,
  look: ((trees: MachineTrees) => Promise<Listing | undefined>) | undefined,
): Promise<string | undefined> {
  const trees = [...places.trees, ...places.network];
  if (!look) return sha256(trees.map((tree) => walked(fs, places, tree)).join(''));
  const listing = await look({ trees, hidden: places.hidden, large: places.large });
  return listing && !listing.isRacy ? sha256(listing.bytes) : undefined;
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

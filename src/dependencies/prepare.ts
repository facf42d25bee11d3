import type { Diagnostic, Digest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host } from '../host/index.ts';
import { imageKey, type RegistryImage } from '../oci/index.ts';
import { forEachBounded } from './bounded.ts';
import { type ChosenFile, chooseNode, choosePython, chooseTool } from './chosen-files.ts';
import { isOfTestsAlone } from './classpaths.ts';
import type { ClientContext } from './client.ts';
import { fetchNode } from './fetch-node.ts';
import { fetchPython } from './fetch-python.ts';
import { blobDigest, blobsOfImage, fetchImages, type MissingImage } from './images.ts';
import { fetchMaven } from './lock-maven.ts';
import { type LockedPackageRoot, type Lockfile, type TargetNeeds, wantedTools } from './model.ts';
import { type PackagePlace, packagePlace } from './package-place.ts';
import { fetchDebs, rootKey, rootsOf } from './roots.ts';
import { fetchUrl, type UrlNeed } from './urls.ts';

export interface PrepareOptions {
  readonly host: Host;
  readonly cas: Cas;
  readonly cacheDirectory: string;
  readonly lock: Lockfile;
  /** The selected targets. */
  readonly needs: readonly TargetNeeds[];
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** What `prepare` did. With errors in `diagnostics`, what was fetched stays and is not fetched again. */
export interface Prepared {
  readonly fetchedFiles: number;
  readonly fetchedBytes: number;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Events of `prepare`, in this order: `prepare.planned` once (also with zero files), `prepare.fetched` for each file
 * that is verified and stored, `prepare.finished` once. `sizeBytes` of the first is at least so much: `unknownSizes` of its
 * files are not counted, as only fetching tells their size.
 */
export interface PrepareEvents {
  'prepare.planned': {
    readonly files: number;
    readonly sizeBytes: number;
    readonly presentFiles: number;
    readonly unknownSizes: number;
  };
  'prepare.fetched': { readonly file: string; readonly sizeBytes: number };
  'prepare.finished': { readonly files: number; readonly sizeBytes: number; readonly missing: number };
}

interface Wanted extends ChosenFile {
  readonly ecosystem: 'python' | 'node' | 'maven' | 'image' | 'url' | 'deb';
  /** Of an image's blobs. */
  readonly image?: MissingImage;
  /** That a .deb belongs to. */
  readonly root?: LockedPackageRoot;
}

export interface Missing {
  readonly files: number;
  /** Of the files whose size is known. */
  readonly sizeBytes: number;
  readonly unknownSizes: number;
}

export interface MissingOptions {
  readonly lock: Lockfile;
  readonly needs: readonly TargetNeeds[];
  readonly place: PackagePlace;
  readonly cas: Pick<Cas, 'has'>;
}

/** Locked files of the needs that this machine takes and the store lacks; asks only whether a blob exists, reads none. */
export function missingFiles({ lock, needs, place, cas }: MissingOptions): Missing {
  return summed(wantedFiles(lock, needs, place).filter((each) => isMissing(each, cas)));
}

/** Content that the lock names for the needs and this machine, as far as its digest is known. */
export function lockedDigests({ lock, needs, place }: Omit<MissingOptions, 'cas'>): readonly Digest[] {
  return wantedFiles(lock, needs, place).flatMap(({ digest }) => digest ?? []);
}

function isMissing({ digest }: Wanted, cas: Pick<Cas, 'has'>): boolean {
  return digest === undefined || !cas.has(digest);
}

function summed(files: readonly Wanted[]): Missing {
  const sizeBytes = files.reduce((sum, { digest }) => sum + (digest?.sizeBytes ?? 0), 0);
  const unknownSizes = files.filter(({ digest }) => digest === undefined).length;
  return { files: files.length, sizeBytes, unknownSizes };
}

/**
 * Brings every locked file that the needs name and this machine takes into the store, verified. What the lock has no file of
 * for this machine is left to `packageProblems`. An abort is thrown as the signal's reason.
 */
export async function prepare(options: PrepareOptions): Promise<Prepared> {
  const { host, cas, cacheDirectory, lock, needs, sink, signal } = options;
  const place = await packagePlace({ host, cacheDirectory, lock });
  const wanted = wantedFiles(lock, needs, place);
  const missing = wanted.filter((each) => isMissing(each, cas));
  const planned = { ...summed(missing), presentFiles: wanted.length - missing.length };
  sink('prepare.planned', planned satisfies PrepareEvents['prepare.planned']);
  const context: ClientContext = { host, cas, cacheDirectory, sink, signal };
  const fetched = new Map<string, number>();
  const onFetched = (file: Wanted, digest: Digest): void => {
    if (fetched.has(digest.hash)) return;
    fetched.set(digest.hash, digest.sizeBytes);
    if (!file.digest) place.learned.put(file.integrity ?? digest.hash, digest);
    const { sizeBytes } = digest;
    sink('prepare.fetched', { file: file.file, sizeBytes } satisfies PrepareEvents['prepare.fetched']);
  };
  const of = (ecosystem: Wanted['ecosystem']): Wanted[] =>
    missing.filter((each) => each.ecosystem === ecosystem);
  const diagnostics = await Promise.all([
    fetchPython(context, of('python').map(withHash), onFetched),
    fetchLockedNode(context, of('node'), onFetched),
    fetchMaven(context, of('maven').map(withHash), onFetched),
    fetchImageBlobs(context, of('image'), onFetched),
    fetchUrls(context, of('url'), onFetched),
    fetchRoots(context, of('deb'), onFetched),
  ]);
  const fetchedBytes = [...fetched.values()].reduce((sum, each) => sum + each, 0);
  const finished = { files: fetched.size, sizeBytes: fetchedBytes, missing: missing.length - fetched.size };
  sink('prepare.finished', finished satisfies PrepareEvents['prepare.finished']);
  return { fetchedFiles: fetched.size, fetchedBytes, diagnostics: diagnostics.flat() };
}

/** Each file once, whichever targets want it. */
function wantedFiles(lock: Lockfile, needs: readonly TargetNeeds[], place: PackagePlace): readonly Wanted[] {
  const wanted = new Map<string, Wanted>();
  const add = (
    ecosystem: Wanted['ecosystem'],
    files: readonly (ChosenFile & Pick<Wanted, 'image' | 'root'>)[],
  ): void => {
    for (const file of files) wanted.set(file.sha256 ?? file.integrity!, { ...file, ecosystem });
  };
  for (const { label, request } of rootsOf(needs))
    add('deb', packageFiles(lock.roots?.[rootKey(label, request)]));
  for (const need of needs) {
    const { label, nodeFolder, images = [], urls = [], isBuildOnly } = need;
    for (const image of images) add('image', imageFiles(lock, image));
    add(
      'url',
      urls.flatMap((url) => urlFile(lock, url)),
    );
    const { run, dev } = choosePython(lock, label, place);
    add('python', [...run.files, ...(isBuildOnly ? [] : dev.files)]);
    if (nodeFolder !== undefined) add('node', chooseNode(lock, nodeFolder, place).files);
    const jars = (lock.maven[label]?.files ?? []).filter((jar) => !isBuildOnly || !isOfTestsAlone(jar));
    add(
      'maven',
      jars.map((jar) => ({ ...jar, digest: { hash: jar.sha256, sizeBytes: jar.sizeBytes } })),
    );
    for (const name of wantedTools(need)) {
      const tool = lock.tools[name];
      if (tool) add(tool.ecosystem, chooseTool(lock, name, place).files);
    }
  }
  return [...wanted.values()];
}

/** The blobs of a locked image as files. */
function imageFiles(lock: Lockfile, need: RegistryImage): (ChosenFile & Pick<Wanted, 'image'>)[] {
  const locked = lock.images?.[imageKey(need)];
  if (!locked) return [];
  return blobsOfImage(locked).map((blob) => ({
    name: need.reference,
    version: need.platform,
    file: `${need.reference} ${blob.sha256.slice(0, 12)}`,
    sha256: blob.sha256,
    digest: blobDigest(blob),
    image: { need, locked },
  }));
}

/** A file of an address; `name` is that address. */
function urlFile(lock: Lockfile, { url, sha256 }: UrlNeed): ChosenFile[] {
  const locked = lock.urls?.[sha256];
  if (!locked) return [];
  const digest = { hash: sha256, sizeBytes: locked.sizeBytes };
  return [{ name: url, version: '', file: url, sha256, digest }];
}

function packageFiles(root: LockedPackageRoot | undefined): (ChosenFile & Pick<Wanted, 'root'>)[] {
  if (!root) return [];
  return root.locked.map(({ name, version, path, sha256, sizeBytes }) => ({
    ...{ name, version, sha256, root },
    file: path.slice(path.lastIndexOf('/') + 1),
    digest: { hash: sha256, sizeBytes },
  }));
}

/** One image after the other: apt takes several connections for each. */
async function fetchRoots(
  context: ClientContext,
  files: readonly Wanted[],
  onFetched: (file: Wanted, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  const byHash = new Map(files.map((file) => [file.sha256, file]));
  const diagnostics: Diagnostic[] = [];
  for (const root of new Set(files.flatMap(({ root: each }) => each ?? []))) {
    const wanted = root.locked.filter(({ sha256 }) => byHash.get(sha256)?.root === root);
    diagnostics.push(
      ...(await fetchDebs(context, { ...root, locked: wanted }, toldByHash(byHash, onFetched))),
    );
  }
  return diagnostics;
}

async function fetchUrls(
  context: ClientContext,
  files: readonly Wanted[],
  onFetched: (file: Wanted, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  await forEachBounded(files, PARALLEL_URLS, async (file) => {
    const fetched = await fetchUrl(context, { url: file.name, sha256: file.sha256! });
    if (fetched.ok) onFetched(file, fetched.value);
    else diagnostics.push(fetched.failure);
  });
  return diagnostics;
}

const PARALLEL_URLS = 4;

async function fetchImageBlobs(
  context: ClientContext,
  files: readonly Wanted[],
  onFetched: (file: Wanted, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  const byHash = new Map(files.map((file) => [file.sha256, file]));
  const images = new Map(
    files.flatMap(({ image }) => (image ? [[imageKey(image.need), image] as const] : [])),
  );
  return fetchImages(context, [...images.values()], toldByHash(byHash, onFetched));
}

/** Tells a file of those that are fetched together, of which only the content is known. */
function toldByHash(
  byHash: ReadonlyMap<string | undefined, Wanted>,
  onFetched: (file: Wanted, digest: Digest) => void,
): (digest: Digest) => void {
  return (digest) => {
    const file = byHash.get(digest.hash);
    if (file) onFetched(file, digest);
  };
}

/** Wheels and jars are always locked by SHA-256. */
function withHash(file: Wanted): Wanted & { readonly sha256: string } {
  return { ...file, sha256: file.sha256! };
}

/** npm's cache is asked by integrity, the store by SHA-256: both must hold where both are locked. */
async function fetchLockedNode(
  context: ClientContext,
  files: readonly Wanted[],
  onFetched: (file: Wanted, digest: Digest) => void,
): Promise<readonly Diagnostic[]> {
  const asked = files.map((file) => ({ ...file, integrity: file.integrity ?? integrityOf(file.sha256!) }));
  const wrong: Diagnostic[] = [];
  const diagnostics = await fetchNode(context, asked, (file, digest) => {
    if (file.sha256 === undefined || digest.hash === file.sha256) onFetched(file, digest);
    else wrong.push(wrongContent(file));
  });
  return [...diagnostics, ...wrong];
}

function integrityOf(sha256: string): string {
  return `sha256-${Buffer.from(sha256, 'hex').toString('base64')}`;
}

function wrongContent({ name, version }: Wanted): Diagnostic {
  return {
    code: 'dependencies/wrong-content',
    severity: 'error',
    message: `the lock states hashes for ${name}@${version} that do not belong together`,
    hint: 'lock anew with `mobileops deps lock`',
  };
}

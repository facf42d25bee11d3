import { join } from 'node:path/posix';
import { compareTexts, Digester } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import type { Sighting } from './catalogue.ts';
import type { FileSink } from './file-sinks.ts';
import type { Found } from './found.ts';
import { sinkInFolder } from './zip-package.ts';

export interface FolderWorld {
  readonly fs: Pick<FileSystem, 'lstat' | 'readDirectory' | 'open'>;
  readonly signal: AbortSignal;
}

const CHUNK_BYTES = 256 * 1024;
/** Between two looks at the signal. */
const FILES_AT_ONCE = 500;

/** Folders that hold no files of what is looked at. */
const PASSED_OVER: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);

export interface SightOptions {
  /** Only files whose path it takes. */
  readonly wants?: (path: string) => boolean;
  /** Names of folders that are left out, beside those of version control. */
  readonly except?: ReadonlySet<string>;
}

/** Looks at every file below a folder; links are not followed. */
export async function sightFiles(
  { fs, signal }: FolderWorld,
  root: string,
  { wants = () => true, except = new Set() }: SightOptions = {},
): Promise<readonly Sighting[]> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  const sightings: Sighting[] = [];
  let count = 0;
  for (const path of filesBelow(fs, root, except)) {
    if (++count % FILES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
    if (!wants(path)) continue;
    const sighting = sightFileOf(fs, { root, path }, buffer);
    if (sighting) sightings.push(sighting);
  }
  return sightings;
}

/** Paths relative to the folder, in the order of their names. */
function* filesBelow(fs: FolderWorld['fs'], root: string, except: ReadonlySet<string>): Generator<string> {
  const pending = [''];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const folders: string[] = [];
    for (const { name, type } of fs.readDirectory(join(root, folder))) {
      if (type === 'file') yield join(folder, name);
      else if (type === 'directory' && !PASSED_OVER.has(name) && !except.has(name))
        folders.push(join(folder, name));
    }
    pending.push(...folders.sort(compareTexts).reverse());
  }
}

/** What one file of a folder says; `undefined` where nobody reads it. */
function sightFileOf(
  fs: FolderWorld['fs'],
  { root, path }: FilePlace,
  buffer: Uint8Array,
): Sighting | undefined {
  const sink = sinkOf(fs, { root, path });
  if (!sink) return undefined;
  readThrough(fs, join(root, path), buffer, (chunk) => sink.take(chunk));
  return { path, found: sink.end() };
}

/** What one file says, and its hash. */
export function sightFile(
  fs: FolderWorld['fs'],
  place: FilePlace,
): { readonly sha256: string; readonly found?: readonly Found[] } {
  const sink = sinkOf(fs, place);
  const digester = new Digester();
  readThrough(fs, join(place.root, place.path), new Uint8Array(CHUNK_BYTES), (chunk) => {
    digester.update(chunk);
    sink?.take(chunk);
  });
  return { sha256: digester.digest().hash, ...(sink ? { found: sink.end() } : {}) };
}

interface FilePlace {
  readonly root: string;
  readonly path: string;
}

function sinkOf(fs: FolderWorld['fs'], { root, path }: FilePlace): FileSink | undefined {
  const stat = fs.lstat(join(root, path));
  if (!stat) return undefined;
  return sinkInFolder({ path, sizeBytes: stat.sizeBytes, isExecutable: (stat.mode & 0o111) !== 0 });
}

function readThrough(
  fs: FolderWorld['fs'],
  path: string,
  buffer: Uint8Array,
  see: (chunk: Uint8Array) => void,
): void {
  using file = fs.open(path, 'r');
  for (let bytes = file.read(buffer); bytes > 0; bytes = file.read(buffer)) see(buffer.subarray(0, bytes));
}

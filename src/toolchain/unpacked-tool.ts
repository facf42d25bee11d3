import { posix } from 'node:path';
import { type Tree, type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { type ArchiveFile, type ArchiveProblem, untarGzip, unzip } from '../archives/index.ts';
import { fail, formatDigest, ok, parseDigest, type Result, sha256 } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { ChosenFile } from '../dependencies/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { Layout, Placed, ProvisionedTool } from './tool-table.ts';

export interface UnpackOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
  readonly cacheDirectory: string;
}

/** What of a tool is unpacked, and for which system (Node's words). */
export interface UnpackSource {
  readonly files: readonly ChosenFile[];
  readonly os: string;
}

export type UnpackFailure =
  | { readonly kind: 'absent'; readonly file: string }
  | { readonly kind: 'bad-archive'; readonly file: string; readonly problem: ArchiveProblem };

/**
 * A tool's folder from its locked files. Archives are unpacked once: the tree's digest is remembered beside the cache by
 * the archives' digests and the layout, and believed while the store still has all of it.
 */
export function unpackedTool(
  options: UnpackOptions,
  tool: ProvisionedTool,
  { files, os }: UnpackSource,
): Result<Tree, UnpackFailure> {
  const { name, layout, links = {} } = tool;
  const absent = files.find(({ digest }) => digest === undefined);
  if (absent) return fail({ kind: 'absent', file: absent.file });
  const hashes = files.map(({ digest }) => digest?.hash);
  const identity = JSON.stringify([name, layout.version, links, hashes, ...(os === 'linux' ? [] : [os])]);
  const memo = posix.join(options.cacheDirectory, 'toolchains', `unpacked-${sha256(identity)}`);
  const known = rememberedTree(options, memo);
  if (known) return ok(known);
  const leaves = new Map<string, TreeLeaf>();
  for (const file of files) {
    const place = (path: string): Placed | undefined => layout.place(path, os);
    const added =
      layout.kind === 'blob'
        ? addBlob(options, file, place)
        : addArchive(options, file, { ...layout, place });
    if (!added.ok) return added;
    for (const [path, leaf] of added.value) {
      if (leaves.has(path))
        return fail({ kind: 'bad-archive', file: file.file, problem: `${path} is there twice` });
      leaves.set(path, leaf);
    }
  }
  const problem = leaves.size === 0 ? 'the expected file is not in it' : fileAsFolder(leaves);
  if (problem !== undefined) return fail({ kind: 'bad-archive', file: files[0]?.file ?? name, problem });
  for (const [path, symlink] of Object.entries(links)) leaves.set(path, { symlink });
  const tree = treeFromFiles(leaves);
  remember(options, memo, tree);
  return ok(tree);
}

function fileAsFolder(leaves: ReadonlyMap<string, TreeLeaf>): ArchiveProblem | undefined {
  for (const path of leaves.keys()) {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at);
      if (leaves.has(parent)) return `${parent} is a file and a folder`;
    }
  }
  return undefined;
}

/** The tree whose digest stands in `memo`, when the store has every part of it. */
export function rememberedTree(options: UnpackOptions, memo: string): Tree | undefined {
  const digest = parseDigest(options.fs.readTextIfExists(memo)?.trim() ?? '');
  const tree = digest && options.cas.getTree(digest);
  return tree && options.cas.missingFile(tree) === undefined ? tree : undefined;
}

export function remember(options: UnpackOptions, memo: string, tree: Tree): void {
  options.cas.putTree(tree);
  options.fs.makeDirectory(posix.dirname(memo));
  options.fs.replaceFile(memo, `${formatDigest(tree.digest)}\n`);
}

type Leaves = Result<ReadonlyMap<string, TreeLeaf>, UnpackFailure>;

type Place = (path: string) => Placed | undefined;

function addBlob({ cas }: UnpackOptions, { file, digest }: ChosenFile, place: Place): Leaves {
  const placed = place(file);
  if (!digest || !cas.has(digest)) return fail({ kind: 'absent', file });
  if (!placed) return ok(new Map());
  return ok(new Map([[placed.path, { digest, isExecutable: placed.isExecutable ?? false }]]));
}

interface ArchiveLayout {
  readonly kind: Layout['kind'];
  readonly place: Place;
}

function addArchive(
  { cas }: UnpackOptions,
  { file, digest }: ChosenFile,
  { kind, place }: ArchiveLayout,
): Leaves {
  const bytes = digest && cas.get(digest);
  if (!bytes) return fail({ kind: 'absent', file });
  const wants = (path: string): boolean => place(path) !== undefined;
  const unpacked: Result<readonly ArchiveFile[], ArchiveProblem> =
    kind === 'zip' ? unzip(bytes, { wants }) : untarGzip(bytes, { wants });
  if (!unpacked.ok) return fail({ kind: 'bad-archive', file, problem: unpacked.failure });
  const leaves = new Map<string, TreeLeaf>();
  for (const { path, content, isExecutable } of unpacked.value) {
    const placed = place(path)!;
    leaves.set(placed.path, { digest: cas.put(content), isExecutable: placed.isExecutable ?? isExecutable });
  }
  return ok(leaves);
}

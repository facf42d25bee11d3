import { posix } from 'node:path';
import { type Tree, type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { fail, formatDigest, ok, parseDigest, type Result, sha256 } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import { entryDigest, type LockedFileEntry } from '../dependencies/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { ArchiveFile, ArchiveProblem } from './archive-limits.ts';
import type { ProvisionedTool } from './tool-table.ts';
import { untarGzip } from './untar.ts';
import { unzip } from './unzip.ts';

export interface UnpackOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
  readonly cacheDirectory: string;
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
  files: readonly LockedFileEntry[],
): Result<Tree, UnpackFailure> {
  const { name, layout, links = {} } = tool;
  const identity = JSON.stringify([name, layout.version, links, files.map(({ sha256: hash }) => hash)]);
  const memo = posix.join(options.cacheDirectory, 'toolchains', `unpacked-${sha256(identity)}`);
  const known = rememberedTree(options, memo);
  if (known) return ok(known);
  const leaves = new Map<string, TreeLeaf>();
  for (const file of files) {
    const added =
      tool.layout.kind === 'blob' ? addBlob(options, tool, file) : addArchive(options, tool, file);
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

function addBlob({ cas }: UnpackOptions, tool: ProvisionedTool, file: LockedFileEntry): Leaves {
  const digest = entryDigest(file);
  const placed = tool.layout.place(file.file, file);
  if (!cas.has(digest)) return fail({ kind: 'absent', file: file.file });
  if (!placed) return ok(new Map());
  return ok(new Map([[placed.path, { digest, isExecutable: placed.isExecutable ?? false }]]));
}

function addArchive({ cas }: UnpackOptions, tool: ProvisionedTool, file: LockedFileEntry): Leaves {
  const bytes = cas.get(entryDigest(file));
  if (!bytes) return fail({ kind: 'absent', file: file.file });
  const wants = (path: string): boolean => tool.layout.place(path, file) !== undefined;
  const unpacked: Result<readonly ArchiveFile[], ArchiveProblem> =
    tool.layout.kind === 'zip' ? unzip(bytes, { wants }) : untarGzip(bytes, { wants });
  if (!unpacked.ok) return fail({ kind: 'bad-archive', file: file.file, problem: unpacked.failure });
  const leaves = new Map<string, TreeLeaf>();
  for (const { path, content, isExecutable } of unpacked.value) {
    const placed = tool.layout.place(path, file)!;
    leaves.set(placed.path, { digest: cas.put(content), isExecutable: placed.isExecutable ?? isExecutable });
  }
  return ok(leaves);
}

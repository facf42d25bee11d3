import { posix } from 'node:path';
import type { LiteralFile, Mount, Tree } from '../action/index.ts';
import { sha256 } from '../base/index.ts';
import type { ClassArchive, Toolchain, ToolName } from '../rules/index.ts';
import { ARCHIVE_FILE, ARCHIVED, recipeOf } from './class-archive-recipes.ts';
import { remember, rememberedTree, type UnpackOptions } from './unpacked-tool.ts';

/** What makes the archive of a tool's classes: a script of bash, run with these beside it in a sandbox that shows `mounts`. */
export interface ArchiveMaking {
  readonly argv: readonly string[];
  readonly files: readonly LiteralFile[];
  readonly mounts: readonly Mount[];
  readonly output: string;
}

type Java = Pick<Toolchain, 'version' | 'files' | 'mounts'>;

export function isArchived(name: ToolName): boolean {
  return ARCHIVED.some((each) => each === name);
}

export function archiveMaking(tool: Toolchain, java: Java): ArchiveMaking {
  const { files, argv } = recipeOf(tool, java.files.home ?? '');
  const mounts = tool.name === 'java' ? tool.mounts : [...java.mounts, ...tool.mounts];
  return { argv, files, mounts, output: ARCHIVE_FILE };
}

/** Made of the same tool by the same recipe for the same JVM. */
export function archiveMemo({ fs, cacheDirectory }: UnpackOptions, tool: Toolchain, java: Java): string {
  const home = java.files.home ?? '';
  // A JVM takes no archive that was made with other classes than its own, which it tells by these two.
  const own = java.mounts.length === 0 ? fs.lstat(posix.join(home, 'lib/modules')) : undefined;
  const { files, argv } = recipeOf(tool, home);
  const identity = [argv, files, hashes(tool), hashes(java), java.version, own?.sizeBytes, own?.mtimeMs];
  return posix.join(cacheDirectory, 'toolchains', `class-archive-${sha256(JSON.stringify(identity))}`);
}

function hashes({ mounts }: Pick<Toolchain, 'mounts'>): string[] {
  return mounts.map(({ tree }) => (tree.kind === 'tree' ? tree.tree.digest.hash : tree.kind));
}

export function rememberArchive(options: UnpackOptions, memo: string, tree: Tree): void {
  remember(options, memo, tree);
}

/** The archive that `prepare` made, where the store has it. */
export function knownArchive(
  options: UnpackOptions,
  tool: Toolchain,
  memo: string,
): ClassArchive | undefined {
  const tree = rememberedTree(options, memo);
  if (!tree) return undefined;
  const at = `/tools/class-archives/${tool.name}`;
  return {
    file: `${at}/${ARCHIVE_FILE}`,
    mount: { at, tree: { kind: 'tree', tree }, access: 'read-only' },
  };
}

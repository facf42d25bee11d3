import type { Tree } from '../action/index.ts';
import { type Digest, fail, ok, type Result, sameDigest } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { FileSystem } from '../host/index.ts';

/** A source no longer has the content that the snapshot saw. */
export interface SourceChanged {
  readonly kind: 'changed-during-build';
  /** Relative to the workspace. */
  readonly paths: readonly string[];
}

export interface ImportOptions {
  readonly fs: FileSystem;
  readonly root: string;
  readonly cas: Cas;
  readonly source: (digest: Digest) => string | undefined;
}

/** Bigger files are not held in memory. */
const SMALL_BYTES = 2 ** 20;

/**
 * Puts a tree's directories and those of its files that are sources into the store, files first. What the store has is
 * verified (`fileOf`), since a damaged blob can be made again here and not later.
 */
export function importSources(options: ImportOptions, tree: Tree): Result<undefined, SourceChanged> {
  const { cas, root, source } = options;
  const changed: string[] = [];
  const seen = new Set<string>();
  const visit = (each: Tree): void => {
    if (seen.has(each.digest.hash)) return;
    seen.add(each.digest.hash);
    for (const { digest } of each.files) {
      if (seen.has(digest.hash)) continue;
      seen.add(digest.hash);
      const path = cas.fileOf(digest, false) === undefined ? source(digest) : undefined;
      if (path !== undefined && !importFile(options, path, digest)) changed.push(path.slice(root.length + 1));
    }
    for (const { tree: child } of each.directories) visit(child);
  };
  visit(tree);
  if (changed.length > 0) return fail({ kind: 'changed-during-build', paths: changed.sort() });
  cas.putTree(tree);
  return ok(undefined);
}

/** Whether what went into the store has the digest. */
function importFile({ fs, cas }: ImportOptions, path: string, digest: Digest): boolean {
  try {
    const stored = digest.sizeBytes <= SMALL_BYTES ? cas.put(fs.readFile(path)) : cas.putFile(path);
    return sameDigest(stored, digest);
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  const codes = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'ELOOP'];
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

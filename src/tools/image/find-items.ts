import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { cleanPath, compilePattern, hasWildcard, type IgnoreFile } from '../../oci/index.ts';
import { type FileNode, type FileTree, parentOf } from './file-tree.ts';

/** One thing to be copied: a file or link under its name, or the content of a folder. */
export interface CopyItem {
  readonly name: string;
  readonly node: FileNode;
  /** Of a folder: what is below it. */
  readonly below: readonly CopyEntry[];
  /** What is there may be of another kind, as when an archive is unpacked. */
  readonly replaces?: true;
}

export interface CopyEntry {
  readonly path: string;
  readonly node: FileNode;
  /** A folder that comes only for what is in it: where there is one, that one stays as it is. */
  readonly isParent?: true;
  /** A folder of which nothing is told: `--chown` and `--chmod` do not change what is made for it. */
  readonly isImplied?: true;
}

export interface FindOptions {
  /** By paths relative to what the pattern names. */
  readonly isExcluded?: IgnoreFile;
  /** `--parents`: items keep the folders of their path, from `/./` on. */
  readonly keepsParents?: boolean;
}

/** What a source pattern names in a tree; a failure names what is not there. A pattern may match nothing. */
export function findItems(
  tree: FileTree,
  pattern: string,
  options: FindOptions = {},
): Result<CopyItem[], string> {
  if (options.keepsParents) return findWithParents(tree, pattern, options);
  const cleaned = cleanPath(`/${pattern}`);
  const isPattern = hasWildcard(cleaned);
  let paths = [cleaned];
  if (isPattern) {
    const matches = compilePattern(cleaned, { doubleStar: false });
    if (!matches) return fail(`${pattern} is not a valid pattern`);
    paths = tree.matching(matches);
  }
  const items: CopyItem[] = [];
  for (const path of paths) {
    const resolved = tree.resolve(path, true);
    const node = resolved === undefined ? undefined : tree.get(resolved);
    if (resolved === undefined || !node) return fail(`${path === '' ? '.' : path} is not there`);
    const name = posix.basename(path);
    if (node.kind === 'directory') items.push({ name, node, below: entriesBelow(tree, resolved, options) });
    else if (!(isPattern && options.isExcluded?.(name))) items.push({ name, node, below: [] });
  }
  return ok(items);
}

function entriesBelow(tree: FileTree, folder: string, { isExcluded }: FindOptions): CopyEntry[] {
  const all = tree.below(folder).map(([path, node]): CopyEntry => ({ path, node }));
  return isExcluded ? withParents(all, (path) => !isExcluded(path)) : all;
}

/** The kept ones, and the folders that lead to them. */
function withParents(entries: readonly CopyEntry[], isKept: (path: string) => boolean): CopyEntry[] {
  const kept = new Set(entries.filter(({ path }) => isKept(path)).map(({ path }) => path));
  const parents = new Set<string>();
  for (const path of kept)
    for (let at = parentOf(path); at !== '' && !parents.has(at); at = parentOf(at)) parents.add(at);
  return entries.flatMap((entry): CopyEntry[] => {
    if (kept.has(entry.path)) return [entry];
    return parents.has(entry.path) ? [{ ...entry, isParent: true }] : [];
  });
}

function findWithParents(
  tree: FileTree,
  source: string,
  { isExcluded }: FindOptions,
): Result<CopyItem[], string> {
  const at = `/${source}`.indexOf('/./');
  const base = cleanPath(at < 0 ? '/' : `/${source}`.slice(0, at));
  const pattern = cleanPath(at < 0 ? `/${source}` : `/${source}`.slice(at + 3));
  const matches = compilePattern(pattern, { doubleStar: true });
  if (!matches) return fail(`${source} is not a valid pattern`);
  const folders = findItems(tree, base);
  if (!folders.ok) return folders;
  const items = folders.value.map((item): CopyItem => {
    const below = withParents(item.below, (path) => {
      if (isExcluded?.(path)) return false;
      for (let each = path; each !== ''; each = parentOf(each)) if (matches.test(each)) return true;
      return pattern === '';
    });
    return { ...item, below };
  });
  const isNamed = !hasWildcard(pattern) && !hasWildcard(base);
  if (isNamed && pattern !== '' && items.every(({ below }) => below.length === 0))
    return fail(`${source} is not there`);
  return ok(items.filter(({ below }) => below.length > 0));
}

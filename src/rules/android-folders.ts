import { EMPTY_TREE, filterTree, listTree, treeAt } from '../action/index.ts';
import type { MobileSpec } from '../config/index.ts';
import type { SourceView } from './rule.ts';

/** Where an app's own module lies below the target's folder; empty for the folder itself. */
export function appFolder({ android }: Pick<MobileSpec, 'android'>, paths: readonly string[]): string {
  if (android?.directory) return android.directory.value;
  const has = (folder: string): boolean => paths.some((path) => path.startsWith(folder));
  return !has('src/main/') && has('app/src/main/') ? 'app' : '';
}

/** Folders of an app's modules, its own first. */
export function moduleFolders(spec: Pick<MobileSpec, 'android'>, paths: readonly string[]): string[] {
  return [appFolder(spec, paths), ...(spec.android?.modules ?? []).map(({ directory }) => directory)];
}

/** What lies in a folder of a view, without those of the other folders that lie in it. */
export function viewBelow(view: SourceView, folder: string, others: readonly string[]): SourceView {
  const prefix = folder === '' ? '' : `${folder}/`;
  const within = others
    .filter((each) => each !== folder && each.startsWith(prefix))
    .map((each) => each.slice(prefix.length));
  if (folder === '' && within.length === 0) return view;
  const whole = treeAt(view.tree, folder) ?? EMPTY_TREE;
  const tree = filterTree(whole, { exclude: within.map((each) => `${literally(each)}/**`) });
  const paths = listTree(tree).map(({ path }) => path);
  const isIn = new Set(paths);
  const readText = (path: string): string | undefined =>
    isIn.has(path) ? view.readText(`${prefix}${path}`) : undefined;
  return { digest: tree.digest, tree, paths, readText };
}

/** A pattern that names this path alone. */
export function literally(path: string): string {
  return path.replace(/[*?[\]{}\\]/g, '\\$&');
}

import { makeTree, type Tree } from '../../action/index.ts';
import { nearest } from '../../base/index.ts';
import {
  cleanPath,
  compilePattern,
  hasWildcard,
  type IgnoreFile,
  type PathPattern,
} from '../../oci/index.ts';
import type { SourceView } from '../rule.ts';

/** As many links as Linux follows. */
const MAX_LINKS = 40;

export type Match =
  /** `paths` of files and links of the workspace. */
  | { readonly kind: 'found'; readonly paths: ReadonlySet<string> }
  | { readonly kind: 'bad-pattern' | 'outside' }
  | { readonly kind: 'ignored'; readonly isPattern: boolean }
  | { readonly kind: 'missing'; readonly isPattern: boolean; readonly near: string | undefined };

export interface TakeOptions {
  /** The name of a file, whatever characters it has. */
  readonly isLiteral?: boolean;
  /** `**` passes a `/`. */
  readonly doubleStar?: boolean;
  /** By paths relative to what the pattern names. */
  readonly isExcluded?: IgnoreFile;
}

/** The files of the workspace that an image may copy, and those that it does. */
export class ContextFiles {
  readonly #sources: Pick<SourceView, 'tree' | 'paths'>;
  readonly #isIgnored: IgnoreFile;
  readonly #used = new Set<string>();
  readonly #links: ReadonlyMap<string, string>;

  constructor(sources: Pick<SourceView, 'tree' | 'paths'>, isIgnored: IgnoreFile) {
    this.#sources = sources;
    this.#isIgnored = isIgnored;
    this.#links = new Map(linksOf(sources.tree, ''));
  }

  /** Takes what a COPY source names; it then is among `tree`. */
  take(pattern: string, options: TakeOptions = {}): Match {
    const cleaned = cleanPath(pattern.startsWith('/') ? pattern : `./${pattern}`);
    if (cleaned.startsWith('..')) return { kind: 'outside' };
    const isPattern = options.isLiteral !== true && hasWildcard(cleaned);
    const matches = isPattern
      ? compilePattern(cleaned, { doubleStar: options.doubleStar ?? false })
      : undefined;
    if (isPattern && !matches) return { kind: 'bad-pattern' };
    const roots = matches ? this.#matching(matches) : [cleaned];
    let isIgnored = false;
    const paths = new Set<string>();
    for (const root of roots) {
      for (const place of this.#followed(root)) {
        const { used, ignored } = this.#below(place, options.isExcluded);
        for (const path of used) paths.add(path);
        isIgnored ||= ignored;
      }
    }
    for (const path of paths) this.#used.add(path);
    if (paths.size > 0) return { kind: 'found', paths };
    if (isIgnored) return { kind: 'ignored', isPattern };
    return { kind: 'missing', isPattern, near: nearest(cleaned, this.#nearby(cleaned)) };
  }

  /** What a folder holds for an image, or the file itself. */
  #below(place: string, isExcluded: IgnoreFile | undefined): { used: string[]; ignored: boolean } {
    const used: string[] = [];
    let ignored = false;
    for (const path of this.#sources.paths) {
      if (place !== '' && path !== place && !path.startsWith(`${place}/`)) continue;
      if (this.#isIgnored(path)) ignored = true;
      else if (isExcluded && path !== place && isExcluded(place === '' ? path : path.slice(place.length + 1)))
        ignored = true;
      else used.push(path);
    }
    return { used, ignored };
  }

  /** Only what was taken, or of that only some. */
  tree(paths: ReadonlySet<string> = this.#used): Tree {
    return pick(this.#sources.tree, '', paths);
  }

  /** Files and folders that match. */
  #matching(pattern: PathPattern): string[] {
    const found = new Set<string>();
    for (const path of this.#sources.paths) {
      for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
        if (pattern.test(path.slice(0, at))) found.add(path.slice(0, at));
      }
      if (pattern.test(path)) found.add(path);
    }
    return [...found];
  }

  /** A path and, where a link stands on it, the link and what it leads to inside the workspace. */
  #followed(path: string): string[] {
    const places: string[] = [];
    let at: string | undefined = path;
    for (let links = 0; at !== undefined && links <= MAX_LINKS; links++) {
      const link: string | undefined = this.#linkOn(at);
      places.push(link ?? at);
      if (link === undefined) return places;
      const target: string = this.#links.get(link)!;
      const folder: string = link.includes('/') ? link.slice(0, link.lastIndexOf('/')) : '.';
      const next: string = cleanPath(`${folder}/${target}/${at.slice(link.length + 1)}`);
      at = target.startsWith('/') || next.startsWith('..') ? undefined : next;
    }
    return places;
  }

  #linkOn(path: string): string | undefined {
    if (this.#links.size === 0) return undefined;
    const names = path.split('/');
    return names.map((_, index) => names.slice(0, index + 1).join('/')).find((each) => this.#links.has(each));
  }

  /** What lies in the same folder, and the folders at the top: what a wrong word may have meant. */
  #nearby(path: string): Set<string> {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
    const names = new Set<string>();
    for (const each of this.#sources.paths) {
      names.add(each.split('/')[0]!);
      if (each.startsWith(folder)) names.add(folder + each.slice(folder.length).split('/')[0]!);
    }
    return names;
  }
}

function* linksOf(tree: Tree, prefix: string): Iterable<[string, string]> {
  for (const { name, target } of tree.symlinks) yield [prefix + name, target];
  for (const { name, tree: child } of tree.directories) yield* linksOf(child, `${prefix}${name}/`);
}

function pick(tree: Tree, prefix: string, paths: ReadonlySet<string>): Tree {
  const directories = tree.directories
    .map(({ name, tree: child }) => ({ name, tree: pick(child, `${prefix}${name}/`, paths) }))
    .filter(({ tree: child }) => child.files.length + child.directories.length + child.symlinks.length > 0);
  const isUsed = ({ name }: { readonly name: string }): boolean => paths.has(prefix + name);
  return makeTree({ files: tree.files.filter(isUsed), symlinks: tree.symlinks.filter(isUsed), directories });
}

/** Where pages stand in the site and in its navigation. */
import { posix } from 'node:path';

/** Of pages that are not below `docs/`. */
const ELSEWHERE = {
  'examples/platform/README.md': 'reference-platform.html',
  'bench/RESULTS.md': 'figures.html',
};

/** `docs/reference/lock.md` is `reference/lock.html`. */
export function addressOf(source) {
  return ELSEWHERE[source] ?? source.replace(/^docs\//, '').replace(/\.md$/, '.html');
}

/** The way from one page of the site to another, or to a file. */
export function wayTo(from, to) {
  const [path, anchor] = to.split('#');
  const way = posix.relative(posix.dirname(from), path) || posix.basename(path);
  const shown = way.replace(/(^|\/)index\.html$/, '$1') || './';
  return anchor === undefined ? shown : `${shown}#${anchor}`;
}

/** The groups with their pages in order. A page that none names goes to the one that takes others; a name of none is an error. */
export function orderedPages(groups, sources) {
  const isVerb = (source) => source.startsWith('docs/reference/command-line/');
  const left = new Set(sources.filter((source) => source !== 'docs/index.md' && !isVerb(source)));
  const ordered = groups.map(({ pages, ...group }) => ({
    ...group,
    pages: pages.flatMap((name) =>
      name.endsWith('/') ? sources.filter((source) => source.startsWith(name)) : [name],
    ),
  }));
  const named = ordered.flatMap(({ pages }) => pages);
  const absent = named.filter((name) => !left.delete(name));
  if (absent.length > 0) throw new Error(`navigation.json names what is not there: ${absent.join(', ')}`);
  return ordered.map((group) => (group.takesOthers ? { ...group, pages: [...group.pages, ...left] } : group));
}

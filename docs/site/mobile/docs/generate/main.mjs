/** `node generate/main.mjs`: the site in `dist/`, from `content/` (the Markdown, where it lies in the repository) and `theme/`. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pagesOfCommandLine } from './command-line.mjs';
import { Markdown } from './markdown.mjs';
import { pageHtml } from './page.mjs';
import { addressOf, orderedPages } from './places.mjs';
import { searchEntries } from './search-entries.mjs';

const CONTENT = 'content';
const OUT = 'dist';

const groups = JSON.parse(readFileSync('navigation.json', 'utf8'));
const names = readdirSync(CONTENT, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);
const texts = new Map(names.sort().map((name) => [name, readFileSync(join(CONTENT, name), 'utf8')]));
const verbs = pagesOfCommandLine(texts);
const navigation = orderedPages(groups, [...texts.keys()]);
const markdown = new Markdown([...texts.keys()], new Map(verbs.anchors));
const pages = [...texts].map(([source, text]) => ({
  source,
  address: addressOf(source),
  ...markdown.render(source, text),
}));
markdown.checkLinks(pages);

rmSync(OUT, { recursive: true, force: true });
const write = (path, text) => {
  mkdirSync(dirname(join(OUT, path)), { recursive: true });
  writeFileSync(join(OUT, path), text);
};
cpSync('public', OUT, { recursive: true });
cpSync(join(CONTENT, 'docs/screenshots'), join(OUT, 'screenshots'), { recursive: true });
const styles = ['theme/tokens.css', 'theme/shell.css', 'docs.css'].map((path) => readFileSync(path, 'utf8'));
write('docs.css', styles.join('\n'));
write('search.js', readFileSync('search.js', 'utf8'));
for (const page of pages) write(page.address, pageHtml(page, { pages, navigation }));
const none = {
  source: '',
  title: 'Not here',
  summary: '',
  html: '<h1>Not here</h1>\n<p>This page was not kept for reading without a network, or there is none of this name.</p>',
  headings: [],
};
write('offline.html', pageHtml({ ...none, address: 'offline.html' }, { pages, navigation }));
write('search.json', JSON.stringify(pages.flatMap(searchEntries)));
console.log(`${pages.length} pages`);

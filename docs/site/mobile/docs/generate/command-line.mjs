/** The page of the command line has all verbs; the site has a page for each, which is found sooner. */

const SOURCE = 'docs/reference/command-line.md';

/** Puts a page for each verb beside the texts, and a table of them in place of their sections; tells where sections went. */
export function pagesOfCommandLine(texts) {
  const [head, ...sections] = texts.get(SOURCE).split(/^## /m);
  const verbs = sections.map((section) => {
    const [title, ...lines] = section.split('\n');
    const name = title.replace('mobileops ', '').replaceAll(' ', '-');
    const summary = lines.find((line) => line !== '' && !line.startsWith('```')) ?? '';
    return { title, source: `docs/reference/command-line/${name}.md`, summary, body: lines.join('\n') };
  });
  for (const { source, title, body } of verbs)
    texts.set(source, `# ${title}\n${body}\n[All verbs](../command-line.md)\n`);
  const rows = verbs.map(
    ({ title, source, summary }) =>
      `| [\`${title}\`](command-line/${source.split('/').at(-1)}) | ${summary.replaceAll('|', '\\|')} |`,
  );
  texts.set(SOURCE, [head, '## Verbs', '', '| verb | |', '|---|---|', ...rows, ''].join('\n'));
  return { anchors: verbs.map(({ title, source }) => [`${SOURCE}#${title.replaceAll(' ', '-')}`, source]) };
}

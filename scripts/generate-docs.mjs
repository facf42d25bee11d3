/** Writes `docs/reference/diagnostics.md` and `docs/reference/command-line.md` from the source. Run it under Node 24. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

async function diagnostics() {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' });
  const entries = new Map();
  for (const file of files.filter((path) => /(^|\/|\w-)diagnostics\.ts$/.test(path)).sort()) {
    const exported = await import(join(ROOT, 'src', file));
    for (const list of Object.values(exported)) {
      if (typeof list !== 'object' || list === null) continue;
      for (const [code, entry] of Object.entries(list)) entries.set(code, entry);
    }
  }
  const sections = [...entries]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { title, explanation }]) => `### ${code}\n\n**${title}.** ${explanation}\n`);
  return [
    '# Diagnostics',
    '',
    'Every message of mobileops carries one of these codes. They are stable: a script may rely on them.',
    'Made by `scripts/generate-docs.mjs`; do not edit.',
    '',
    ...sections,
  ].join('\n');
}

async function commandLine() {
  const { VERBS } = await import(join(ROOT, 'src/cli/verb-table.ts'));
  const { overview, verbHelp } = await import(join(ROOT, 'src/cli/help-text.ts'));
  const pages = VERBS.map((verb) => `## mobileops ${verb.name}\n\n\`\`\`text\n${verbHelp(verb)}\`\`\`\n`);
  const text = overview('VERSION');
  return [
    '# Command line',
    '',
    'Made by `scripts/generate-docs.mjs`; do not edit.',
    '',
    `\`\`\`text\n${text}\`\`\``,
    '',
    ...pages,
  ].join('\n');
}

const pages = { 'diagnostics.md': await diagnostics(), 'command-line.md': await commandLine() };
for (const [name, text] of Object.entries(pages)) writeFileSync(join(ROOT, 'docs', 'reference', name), text);

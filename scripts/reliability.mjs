/** Writes docs/reliability.md: runs the fault tests and puts what each says, and whether it held, into a table. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureInstalled, NODE, plainEnvironment, ROOT } from './install.mjs';

await ensureInstalled();
const files = readdirSync(join(ROOT, 'test', 'e2e'))
  .filter((name) => name.endsWith('.test.ts'))
  .sort()
  .map((name) => `test/e2e/${name}`);
const rows = files.flatMap((file) => {
  const reporter = `--test-reporter=${join(ROOT, 'scripts', 'test-reporter.mjs')}`;
  const run = spawnSync(NODE, ['--test', reporter, file], {
    cwd: ROOT,
    env: { ...plainEnvironment(), MOBILEOPS_LONG: '1' },
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const results = run.stdout.split('\n').filter((line) => line.startsWith('{'));
  return results.map((line) => ({ ...JSON.parse(line), file }));
});
const faults = rows.filter(({ name = '' }) => name.includes(' → '));
const about = (file) =>
  /\/\*\*\s*([\s\S]*?)\s*\*\//.exec(readFileSync(join(ROOT, file), 'utf8'))?.[1].replace(/\s*\n \*\s*/g, ' ');
const cell = (text) => text.replaceAll('|', '\\|');
const row = ({ name, outcome, message }) => {
  const [fault, happens] = name.split(' → ');
  return `| ${cell(fault)} | ${cell(happens)} | ${outcome}${outcome === 'skipped' ? `: ${cell(message)}` : ''} |`;
};
const sections = files.map((file) =>
  [
    `## ${file}\n\n${about(file)}\n`,
    '| fault | what happens | result |\n|---|---|---|',
    ...faults.filter((each) => each.file === file).map(row),
  ].join('\n'),
);
const count = (outcome) => faults.filter((each) => each.outcome === outcome).length;
writeFileSync(
  join(ROOT, 'docs', 'reliability.md'),
  `# What happens when things go wrong

Made by \`node scripts/reliability.mjs\` from a run of the fault tests, each of which drives the real command line. A test's
name is \`fault → what happens\`. In this run ${count('passed')} held, ${count('failed')} failed and ${count('skipped')} were not run.

${sections.join('\n\n')}
`,
);
process.exitCode = faults.length > 0 && count('failed') === 0 ? 0 : 1;

/** Runs every `*.bench.ts`, each in a process of its own, and writes their figures into `bench/RESULTS.md`. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MicroFigure } from './micro-measure.ts';
import { loadText, machineLine, writeSection } from './results-file.ts';

const rows: string[] = [];
for (const file of readdirSync(import.meta.dirname).sort()) {
  if (!file.endsWith('.bench.ts')) continue;
  const load = loadText();
  const output = execFileSync(process.execPath, [join(import.meta.dirname, file), '--json'], {
    encoding: 'utf8',
  });
  for (const { name, value, unit } of JSON.parse(output) as MicroFigure[]) {
    rows.push(`| ${file.slice(0, -'.bench.ts'.length)} | ${name} | ${value.toFixed(2)} ${unit} | ${load} |`);
    console.log(`${value.toFixed(2).padStart(12)} ${unit}  ${file}: ${name}`);
  }
}
const head = [
  '## Parts',
  '',
  `${machineLine()} Medians of five runs.`,
  '',
  '| part | what | time | load |',
  '|---|---|---|---|',
];
writeSection('parts', [...head, ...rows].join('\n'));

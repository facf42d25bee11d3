import { type Aim, judgeAims, sandboxCostMs } from './aims.ts';
import { loadLine, machineLine } from './results-file.ts';
import type { Samples, Summary } from './samples.ts';
import type { Scenario } from './subject.ts';
import type { Tool } from './tools/index.ts';

export interface BenchResults {
  readonly sizes: readonly number[];
  readonly scenarios: readonly Scenario[];
  readonly tools: readonly Tool[];
  readonly versions: ReadonlyMap<string, string>;
  readonly seconds: Samples;
  /** Bytes. */
  readonly memory: Samples;
  readonly loads: ReadonlyMap<number, readonly number[]>;
  /** What was not measured, and why. */
  readonly notRun: readonly string[];
  readonly command: string;
}

export const BESIDE = [
  'git status',
  'walk',
  'node -e 0',
  'help',
  'bare action',
  'sandboxed action',
  'plain action',
];
const BESIDE_TEXT: Readonly<Record<string, string>> = {
  'git status': '`git status --porcelain`',
  walk: 'a plain walk with lstat in Node',
  'node -e 0': '`node -e 0`',
  help: 'our `--help`',
  'bare action': 'one bare `sh -c`, one at a time, from Node',
  'sandboxed action':
    "one action of ours with the full sandbox, one at a time, by our own event's durationMs",
  'plain action': 'the same without the sandbox',
};

/** The engine's section of RESULTS.md. */
export function engineReport(results: BenchResults): string {
  const largest = Math.max(...results.sizes);
  return [
    '## Engine',
    '',
    machineLine(),
    `Made by \`${results.command}\`. A fresh process each time; runs interleaved tool by tool, order rotated.`,
    'Seconds are wall time: median (minimum to maximum). Memory is the peak of the summed RSS of the tool and the processes',
    'it starts, without the actions, sampled every 10 ms in runs of their own; "-" where the tool was gone too soon.',
    '',
    '| tool | version | how |',
    '|---|---|---|',
    ...results.tools
      .filter(({ name }) => results.versions.has(name))
      .map(({ name, note }) => `| ${name} | ${results.versions.get(name)} | ${note} |`),
    ...(results.notRun.length > 0
      ? ['', '**Not run:**', '', ...results.notRun.map((each) => `- ${each}`)]
      : []),
    ...aimTable(results, largest),
    ...results.sizes.toReversed().flatMap((size) => sizeTables(results, size)),
  ].join('\n');
}

function aimTable({ seconds, memory }: BenchResults, size: number): string[] {
  const rows = judgeAims(seconds, memory, size).map(
    (aim) =>
      `| ${aim.kind} | ${aim.text} | ${amount(aim.value, aim.unit)} | ${amount(aim.limit, aim.unit)} | ${verdict(aim)} |`,
  );
  const note = size === 1000 ? '' : ' (the issue speaks of 1000 components)';
  return [
    '',
    `### Aims, at ${size} components${note}`,
    '',
    '| | aim | measured | allowed | |',
    '|---|---|---|---|---|',
    ...rows,
  ];
}

function verdict({ value, limit }: Aim): string {
  if (value === undefined) return 'not measured';
  return value <= limit ? 'reached' : '**not reached**';
}

function amount(value: number | undefined, unit: string): string {
  return value === undefined ? '-' : `${value.toFixed(2)}${unit}`;
}

function sizeTables(results: BenchResults, size: number): string[] {
  const { scenarios, seconds, memory, tools, loads } = results;
  const header = ['tool', ...scenarios, 'memory cold', 'memory no-op'];
  const rows = tools.flatMap(({ name }) => {
    const cells = scenarios.map((scenario) => cell(seconds.get({ size, subject: name, scenario })));
    if (cells.every((text) => text === '-')) return [];
    const peaks = ['cold', 'noop'].map((scenario) =>
      megabytes(memory.get({ size, subject: name, scenario })),
    );
    return [`| ${[name, ...cells, ...peaks].join(' | ')} |`];
  });
  const load = loads.get(size) ?? [];
  const cost = sandboxCostMs(seconds, size);
  return [
    '',
    `### ${size} components`,
    '',
    loadLine(load),
    '',
    `| ${header.join(' | ')} |`,
    `|${header.map(() => '---|').join('')}`,
    ...rows,
    '',
    '| beside them | ms |',
    '|---|---|',
    ...BESIDE.flatMap((name) => {
      const found = seconds.get({ size, subject: 'beside', scenario: name });
      return found ? [`| ${BESIDE_TEXT[name]} | ${range(found, 1000, 1)} |`] : [];
    }),
    ...(cost === undefined
      ? []
      : [`| cold with sandbox over the bare commands, for each action | ${cost.toFixed(2)} |`]),
  ];
}

function cell(summary: Summary | undefined): string {
  return summary ? range(summary, 1, 3) : '-';
}

function range({ median, minimum, maximum, runs }: Summary, factor: number, digits: number): string {
  const [middle, low, high] = [median, minimum, maximum].map((each) => (each * factor).toFixed(digits));
  return runs === 1 ? middle! : `${middle} (${low} to ${high})`;
}

function megabytes(summary: Summary | undefined): string {
  return summary && summary.maximum > 0 ? `${(summary.maximum / 1e6).toFixed(0)} MB` : '-';
}

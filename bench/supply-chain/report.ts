import { loadLine, machineLine } from '../results-file.ts';
import type { Samples, Summary } from '../samples.ts';
import type { Job, SupplyTool } from './tools.ts';

export interface SupplyResults {
  readonly command: string;
  readonly sizes: readonly number[];
  readonly tools: readonly SupplyTool[];
  readonly seconds: Samples;
  readonly memory: Samples;
  readonly loads: readonly number[];
  readonly notRun: readonly string[];
}

const TITLES: Readonly<Record<Job, string>> = {
  sbom: 'Bill of materials of a lock of npm',
  scan: 'Scan of a lock of npm',
};

/** Section `supply chain` of RESULTS.md. */
export function supplyReport(results: SupplyResults): string {
  const jobs = [...new Set(results.tools.map(({ job }) => job))];
  return [
    '## Supply chain',
    '',
    `\`${results.command}\`. ${machineLine()} ${loadLine(results.loads)}`,
    'Whole processes, the files in the cache of the disk. Median (least to most) in seconds; memory is the peak of the tool.',
    ...jobs.flatMap((job) => ['', `### ${TITLES[job]}`, '', ...table(results, job)]),
    ...aims(results),
    ...(results.notRun.length > 0 ? ['', 'Not run:', ...results.notRun.map((line) => `- ${line}`)] : []),
  ].join('\n');
}

function table({ tools, sizes, seconds, memory }: SupplyResults, job: Job): string[] {
  const columns = sizes.flatMap((size) => [`${size} packages`, 'memory']);
  return [
    `| tool | ${columns.join(' | ')} |`,
    `|---|${columns.map(() => '---:').join('|')}|`,
    ...tools
      .filter((tool) => tool.job === job)
      .map(({ name, version }) => {
        const cells = sizes.flatMap((size) => {
          const key = { size, subject: name, scenario: job };
          const peak = memory.get(key)?.maximum;
          return [secondsText(seconds.get(key)), peak === undefined ? '-' : `${Math.round(peak / 1e6)} MB`];
        });
        return `| ${name} ${version()} | ${cells.join(' | ')} |`;
      }),
  ];
}

function secondsText(summary: Summary | undefined): string {
  if (!summary) return '-';
  const { median, minimum, maximum } = summary;
  return `${median.toFixed(2)} (${minimum.toFixed(2)} to ${maximum.toFixed(2)})`;
}

const AIM_SIZE = 10_000;

/** Must: under 2 s for both together; aim: under 1 s. */
function aims({ seconds }: SupplyResults): string[] {
  const own = (job: Job): number | undefined =>
    seconds.get({ size: AIM_SIZE, subject: job === 'sbom' ? 'ours' : 'ours-scan', scenario: job })?.median;
  const [sbom, scan] = [own('sbom'), own('scan')];
  if (sbom === undefined) return [];
  const both = scan === undefined ? undefined : sbom + scan;
  const verdict = (limit: number): string =>
    both === undefined
      ? 'the scan was not measured'
      : `${both.toFixed(2)} s: ${both < limit ? 'kept' : 'MISSED'}`;
  return [
    '',
    `- Must, SBOM and scan of ${AIM_SIZE} packages together under 2 s: ${verdict(2)}`,
    `- Aim, under 1 s: ${verdict(1)}`,
  ];
}

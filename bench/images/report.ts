import { loadLine, machineLine } from '../results-file.ts';
import type { Summary } from '../samples.ts';
import { type ImageAim, judgeImageAims, stepMs } from './aims.ts';
import type { ImageResults } from './results.ts';
import { IMAGE_TOOLS } from './tools/index.ts';
import { TRANSFER_TOOLS, TRANSFERS, transferSubject } from './transfer-tools.ts';

/** The section of RESULTS.md about images. */
export function imageReport(results: ImageResults, command: string): string {
  const { versions, notRun, loads } = results;
  const row = (name: string, note: string): string => `| ${name} | ${versions.get(name)} | ${note} |`;
  return [
    '## Images',
    '',
    machineLine(),
    `Made by \`${command}\`. A fresh client process each time, servers started before and kept between the runs of a tool;`,
    'runs interleaved tool by tool, order rotated; after each run the image is read and compared with the files that must be',
    'in it. Seconds are wall time: median (minimum to maximum). Memory is the peak of the summed RSS of the tool, its server',
    'and all that they start, sampled every 10 ms in runs of their own; that of a layer of 5 GB is judged by PSS, which counts',
    'the program that several processes share once.',
    ...(loads.length > 0 ? [loadLine(loads)] : []),
    '',
    '| tool | version | how |',
    '|---|---|---|',
    ...IMAGE_TOOLS.filter(({ name }) => versions.has(name)).map(({ name, note }) => row(name, note)),
    ...TRANSFER_TOOLS.filter((tool) => versions.has(transferSubject(tool))).map((tool) =>
      row(transferSubject(tool), tool.note),
    ),
    ...(notRun.length > 0 ? ['', '**Not run:**', '', ...notRun.map((each) => `- ${each}`)] : []),
    ...aimTable(results),
    ...buildTable(results, { job: 'tree', title: 'Base of 5 MB, and COPY of 5,000 files (100 MB)' }),
    ...buildTable(results, {
      job: 'big',
      title: 'FROM scratch, COPY of a file of 1 GiB and of the 5,000 files',
    }),
    ...runTable(results),
    ...transferTable(results),
    ...hugeTable(results),
  ].join('\n');
}

function aimTable(results: ImageResults): string[] {
  const rows = judgeImageAims(results).map(
    (aim) =>
      `| ${aim.kind} | ${aim.text} | ${amount(aim.value, aim.unit)} | ${amount(aim.limit, aim.unit)} | ${verdict(aim)} |`,
  );
  const head = ['### Aims', '', '| | aim | measured | allowed | |', '|---|---|---|---|---|'];
  return ['', ...head, ...rows];
}

function verdict({ value, limit }: ImageAim): string {
  if (value === undefined) return 'not measured';
  if (limit === undefined) return '';
  return value <= limit ? 'reached' : '**not reached**';
}

function amount(value: number | undefined, unit: string): string {
  return value === undefined ? '-' : `${value.toFixed(2)}${unit}`;
}

function buildTable(results: ImageResults, { job, title }: { job: string; title: string }): string[] {
  const rows = [...IMAGE_TOOLS.map(({ name }) => name), 'engine'].flatMap((name) => {
    const times = ['cold', 'noop', 'change'].map((each) => cell(results.seconds(job, name, each)));
    const peaks = ['cold', 'noop'].map((each) => megabytes(results.memory(job, name, each)));
    if ([...times, ...peaks].every((text) => text === '-')) return [];
    const label = name === 'engine' ? 'ours, an image of one small file' : name;
    return [`| ${[label, ...times, ...peaks].join(' | ')} |`];
  });
  const header = ['tool', 'cold', 'no-op', 'one file changed', 'memory cold', 'memory no-op'];
  return table(title, header, rows);
}

function runTable(results: ImageResults): string[] {
  const rows = IMAGE_TOOLS.flatMap(({ name }) => {
    const each = stepMs(results, name);
    if (each === undefined) return [];
    const times = ['run', 'no-run'].map((job) => cell(results.seconds(job, name, 'cold')));
    return [`| ${[name, ...times, each.toFixed(0)].join(' | ')} |`];
  });
  return table('RUN', ['tool', 'steps, cold', 'without them, cold', 'ms a step'], rows);
}

function transferTable(results: ImageResults): string[] {
  const rows = TRANSFER_TOOLS.flatMap(({ name }) => {
    const times = TRANSFERS.map((each) => cell(results.seconds('transfer', name, each)));
    return times.every((text) => text === '-') ? [] : [`| ${[name, ...times].join(' | ')} |`];
  });
  return table('Push and pull of 1 GiB in 4 layers', ['tool', ...TRANSFERS], rows);
}

function hugeTable(results: ImageResults): string[] {
  const rows = ['cold', 'noop'].flatMap((scenario) => {
    const peak = results.memory('huge', 'ours', scenario);
    return peak ? [`| ${scenario} | ${megabytes(peak)} |`] : [];
  });
  const processes = results.hugeProcesses.map(
    ({ name, rssBytes }) => `${name} ${(rssBytes / 1e6).toFixed(0)} MB`,
  );
  const onceBytes = results.hugeProcesses.reduce((sum, { pssBytes }) => sum + pssBytes, 0);
  const once = `What they share counted once (PSS): ${(onceBytes / 1e6).toFixed(0)} MB.`;
  const note =
    processes.length > 0 ? ['', `At the peak of the cold run: ${processes.join(', ')}. ${once}`] : [];
  return [...table('Our memory at a layer of 5 GB', ['run', 'peak'], rows), ...note];
}

function table(title: string, header: readonly string[], rows: readonly string[]): string[] {
  if (rows.length === 0) return [];
  const head = [`| ${header.join(' | ')} |`, `|${header.map(() => '---|').join('')}`];
  return ['', `### ${title}`, '', ...head, ...rows];
}

function cell(summary: Summary | undefined): string {
  if (!summary) return '-';
  const [middle, low, high] = [summary.median, summary.minimum, summary.maximum].map((each) =>
    each.toFixed(2),
  );
  return summary.runs === 1 ? middle! : `${middle} (${low} to ${high})`;
}

function megabytes(summary: Summary | undefined): string {
  return summary ? `${(summary.maximum / 1e6).toFixed(0)} MB` : '-';
}

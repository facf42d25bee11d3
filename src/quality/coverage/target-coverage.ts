import { counted, fail, ok, type Result } from '../../base/index.ts';
import type { Language, SourceFacts } from '../../rules/index.ts';
import type { CheckedTarget, TestRun } from '../gates/check-input.ts';
import { COVERAGE_READERS } from './formats.ts';
import { type CoverageSum, type FileCoverage, mergeLines, percentOf } from './line-coverage.ts';

/** Languages whose runners here tell which lines ran. */
export const MEASURED: readonly Language[] = ['Python', 'JavaScript', 'Java', 'Kotlin'];

export interface CoveredFile extends CoverageSum {
  readonly path: string;
  /** No test loaded it: all of its code counts as not covered. */
  readonly isUnseen: boolean;
}

/** Sources of a target that tests are to cover. */
export function coverableSources({ sources }: Pick<CheckedTarget, 'sources'>): SourceFacts[] {
  return sources.filter(({ language, isCoverable }) => isCoverable && MEASURED.includes(language));
}

/** How much of each source of a target its tests ran, or why that is not known. */
export function targetCoverage(
  target: CheckedTarget,
  tests: readonly TestRun[],
): Result<readonly CoveredFile[], string> {
  const own = tests.filter(({ label }) => label === target.label);
  const reports = own.flatMap(({ coverage }) => coverage ?? []);
  if (own.length === 0) return fail('it has sources, and no tests');
  const texts = reports.filter(({ text }) => text.trim() !== '');
  if (texts.length === 0)
    return fail('its tests told of no line that they ran; see docs/quality.md, "Test coverage"');
  const files: FileCoverage[] = [];
  for (const { format, text } of texts) {
    const read = COVERAGE_READERS[format](text);
    if (!read.ok) return read;
    files.push(...read.value);
  }
  const coverable = coverableSources(target);
  const bySource = Map.groupBy(files, ({ path }) => sourceOf(path, coverable)?.path ?? '');
  const others = bySource.get('') ?? [];
  if (bySource.size === (others.length > 0 ? 1 : 0)) return fail(noSource(others));
  return ok(coverable.map((source) => coveredFile(source, bySource.get(source.path))));
}

/** A source by what a report calls it: relative to the target's folder, absolute in the sandbox, or by its package (JaCoCo). */
function sourceOf(path: string, sources: readonly SourceFacts[]): SourceFacts | undefined {
  const clean = path.replace(/^\/w\//, '').replace(/^\.\//, '');
  return (
    sources.find((source) => source.path === clean) ??
    sources.find((source) => source.path.endsWith(`/${clean}`) || clean.endsWith(`/${source.path}`))
  );
}

function noSource(files: readonly FileCoverage[]): string {
  const [one] = files;
  if (!one) return 'its tests ran none of its sources';
  return `its tests ran ${one.path}, which leads to none of its sources: keep source maps (\`"sourceMap": true\` for tsc)`;
}

function coveredFile({ path, code }: SourceFacts, reports: readonly FileCoverage[] | undefined): CoveredFile {
  if (!reports) return { path, lines: code.length, covered: 0, isUnseen: true };
  const isCode = new Set(code);
  const lines = [...mergeLines(reports.map((report) => report.lines))].filter(([line]) => isCode.has(line));
  return { path, lines: lines.length, covered: lines.filter(([, ran]) => ran).length, isUnseen: false };
}

export function sumOf(files: readonly CoverageSum[]): CoverageSum {
  return files.reduce(
    (total, each) => ({ lines: total.lines + each.lines, covered: total.covered + each.covered }),
    { lines: 0, covered: 0 },
  );
}

/** `src/a.ts: 3 of 9 lines`, the file with the most left first. */
export function leastCovered(files: readonly CoveredFile[], most: number): string[] {
  return files
    .filter(({ lines, covered }) => covered < lines)
    .toSorted((a, b) => b.lines - b.covered - (a.lines - a.covered))
    .slice(0, most)
    .map((file) => {
      const { path, lines, covered, isUnseen } = file;
      if (isUnseen) return `${path}: ${counted(lines, 'line')}, loaded by no test`;
      return `${path}: ${covered} of ${counted(lines, 'line')}, ${percentOf(file).toFixed(0)} %`;
    });
}

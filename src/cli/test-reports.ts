import { join } from 'node:path/posix';
import type { TestOutcome } from '../build/index.ts';
import type { FileSystem } from '../host/index.ts';

/** Where the JUnit reports of the last test run lie, relative to the workspace. */
export const TEST_REPORTS = 'build-cache/test-reports';
const COVERAGE = 'coverage';
const EXTENSIONS = { 'coverage.py': 'json', istanbul: 'json', jacoco: 'xml', lcov: 'info' } as const;

/**
 * Writes each report as `<kind>-<name>-<category>[-<device>][-<n>].xml`, the lines that ran under the same name in `coverage/`, and what a test
 * leaves for people into a folder of that name, in place of those of the last run; the number of reports.
 */
export function writeTestReports(fs: FileSystem, root: string, tests: readonly TestOutcome[]): number {
  const folder = join(root, TEST_REPORTS);
  const reports = tests.filter(({ junit }) => junit !== undefined);
  if (reports.length === 0) return 0;
  fs.remove(folder);
  fs.makeDirectory(folder);
  const counts = new Map<string, number>();
  for (const { label, category, device, junit, coverage, kept } of reports) {
    const on = device === undefined ? '' : `-${fileName(device)}`;
    const name = `${label.replaceAll(':', '-')}-${category}${on}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const file = `${name}${count === 1 ? '' : `-${count}`}`;
    fs.writeFile(join(folder, `${file}.xml`), junit!);
    if (kept) writeKept(fs, join(folder, file), kept);
    if (coverage === undefined) continue;
    fs.makeDirectory(join(folder, COVERAGE));
    fs.writeFile(join(folder, COVERAGE, `${file}.${EXTENSIONS[coverage.format]}`), coverage.text);
  }
  return reports.length;
}

/** `Pixel 6 (R58M123ABC)`: `Pixel-6-R58M123ABC`. */
function fileName(device: string): string {
  return device
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, 100);
}

function writeKept(fs: FileSystem, folder: string, kept: ReadonlyMap<string, Uint8Array>): void {
  if (kept.size === 0) return;
  fs.makeDirectory(folder);
  for (const [name, bytes] of kept) fs.writeFile(join(folder, name), bytes);
}

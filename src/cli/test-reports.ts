import { join } from 'node:path/posix';
import type { TestOutcome } from '../build/index.ts';
import type { FileSystem } from '../host/index.ts';

/** Where the JUnit reports of the last test run lie, relative to the workspace. */
export const TEST_REPORTS = 'build-cache/test-reports';

/** Writes each report as `<kind>-<name>-<category>[-<n>].xml`, in place of those of the last run; their number. */
export function writeTestReports(fs: FileSystem, root: string, tests: readonly TestOutcome[]): number {
  const folder = join(root, TEST_REPORTS);
  const reports = tests.filter(({ junit }) => junit !== undefined);
  if (reports.length === 0) return 0;
  fs.remove(folder);
  fs.makeDirectory(folder);
  const counts = new Map<string, number>();
  for (const { label, category, junit } of reports) {
    const name = `${label.replaceAll(':', '-')}-${category}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    fs.writeFile(join(folder, `${name}${count === 1 ? '' : `-${count}`}.xml`), junit!);
  }
  return reports.length;
}

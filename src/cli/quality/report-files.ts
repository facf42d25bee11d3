import { extname, resolve } from 'node:path/posix';
import type { Diagnostic } from '../../base/index.ts';
import type { Host } from '../../host/index.ts';
import { type GateReport, htmlReport, junitReport, type QualityCode } from '../../quality/index.ts';

const FORMS = ['.json', '.html', '.xml'];

/** What is wrong with the files that reports are to be written to. */
export function reportFileProblems(files: readonly string[], forms: readonly string[] = FORMS): Diagnostic[] {
  return files
    .filter((file) => !forms.includes(extname(file)))
    .map((file) => ({
      code: 'quality/bad-report-file' satisfies QualityCode,
      severity: 'error' as const,
      message: `no report can be written to ${file}`,
      hint: `the name ends in ${forms.join(', ')}; .xml is JUnit's`,
      cause: 'input' as const,
    }));
}

/** Writes the report in the form that each name says. */
export function writeReports(
  host: Pick<Host, 'fs' | 'env' | 'clock'>,
  report: GateReport,
  files: readonly string[],
): void {
  const time = new Date(host.clock.now()).toISOString();
  for (const file of files) {
    const form = extname(file);
    const text =
      form === '.json'
        ? `${JSON.stringify(report, undefined, 2)}\n`
        : form === '.html'
          ? htmlReport(report, { title: 'Quality gates', time })
          : junitReport(report);
    host.fs.replaceFile(resolve(host.env.workingDirectory, file), text);
  }
}

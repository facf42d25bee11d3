import {
  type AppChanges,
  type AppReport,
  appReport,
  changeFindings,
  compareApps,
  otaFindings,
  otaManifest,
  reportPage,
  reportSummary,
  reportText,
} from '../../apps/index.ts';
import type { Diagnostic, Result } from '../../base/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { openSideFile } from '../side-files.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { readApp } from './named-app.ts';

export const appReportVerb: Verb = async (context) => {
  const { reporter, positionals, flags } = context;
  const wrongFlags = otaProblems(flags.text('ota'), flags.text('ota-url'));
  if (wrongFlags.length > 0) return refuse(reporter, wrongFlags);
  const [now, before] = [await readApp(context, positionals[0]!, appReport), await readBefore(context)];
  if (!now.ok || before?.ok === false)
    return refuse(reporter, [
      ...(now.ok ? [] : now.failure),
      ...(before?.ok === false ? before.failure : []),
    ]);
  if (flags.has('ota') && !now.value.ios) return refuse(reporter, [notForOta(now.value)]);
  const changes = before && compareApps(before.value, now.value);
  const findings = [
    ...(before ? changeFindings(before.value, now.value) : []),
    ...(flags.has('ota') ? otaFindings(now.value) : []),
    ...now.value.findings,
  ];
  const report = { ...now.value, findings };
  const unwritten = writeFiles(context, report, changes);
  if (unwritten.length > 0) return refuse(reporter, unwritten);
  const { findings: _, ...facts } = report;
  if (reporter.isJson)
    reporter.json({
      exitCode: 0,
      ...facts,
      ...(changes ? { changes } : {}),
      diagnostics: diagnosticsJson(findings),
    });
  else reporter.result(reporter.isQuiet ? reportSummary(report) : reportText(report, changes));
  for (const name of ['html', 'ota']) if (flags.has(name)) reporter.note(`written: ${flags.text(name)}`);
  reporter.diagnostics(findings);
  return 0;
};

async function readBefore(
  context: VerbContext,
): Promise<Result<AppReport, readonly Diagnostic[]> | undefined> {
  const word = context.flags.text('against');
  return word === undefined ? undefined : readApp(context, word, appReport);
}

/** Both are opened before either is written. */
function writeFiles(
  context: VerbContext,
  report: AppReport,
  changes: AppChanges | undefined,
): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  using page = openSideFile(context, 'html', diagnostics);
  using manifest = openSideFile(context, 'ota', diagnostics);
  if (diagnostics.length > 0) return diagnostics;
  page?.write(Buffer.from(reportPage(report, changes)));
  manifest?.write(Buffer.from(otaManifest(report, context.flags.text('ota-url')!)));
  return [];
}

function otaProblems(file: string | undefined, url: string | undefined): Diagnostic[] {
  const example = 'for example: --ota manifest.plist --ota-url https://apps.example.com/shop.ipa';
  if ((file === undefined) !== (url === undefined))
    return [
      problem(
        'cli/missing-value',
        `--ota and --ota-url go together: --${file === undefined ? 'ota' : 'ota-url'} is missing`,
        example,
      ),
    ];
  if (url !== undefined && !(URL.canParse(url) && new URL(url).protocol === 'https:'))
    return [
      problem(
        'cli/bad-value',
        `--ota-url ${url} is no address that begins with https://, which iOS asks for`,
        example,
      ),
    ];
  return [];
}

function notForOta({ file }: AppReport): Diagnostic {
  return problem('cli/bad-value', `--ota is for an IPA, and ${file.name} is none`, 'leave it out');
}

function problem(code: CliCode, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

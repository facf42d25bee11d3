import { resolve } from 'node:path/posix';
import type { Diagnostic } from '../../base/index.ts';
import { diffFiles, type FilesFailure, filesDiffSummary, filesDiffText } from '../../repro/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { cleanText } from '../report/clean-text.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb } from '../verb.ts';

/** What differs between two built files, whoever built them, and why. */
export const appDiffVerb: Verb = async ({ host, reporter, positionals }) => {
  const [a, b] = positionals.map((path) => resolve(host.env.workingDirectory, path));
  const compared = await diffFiles({ fs: host.fs, a: a!, b: b!, nowMs: host.clock.now() });
  if (!compared.ok) return refuse(reporter, [notCompared(compared.failure)]);
  const exitCode = compared.value.isSame ? 0 : 1;
  if (reporter.isJson) reporter.json({ exitCode, ...compared.value, diagnostics: [] });
  else {
    const text = reporter.isQuiet ? filesDiffSummary(compared.value) : filesDiffText(compared.value);
    reporter.result(cleanText(text, false));
  }
  return exitCode;
};

function notCompared({ kind, path }: FilesFailure): Diagnostic {
  const code: CliCode = 'cli/not-comparable';
  const isMissing = kind === 'missing';
  return {
    code,
    severity: 'error',
    message: isMissing
      ? 'nothing is there that could be compared'
      : 'this is no folder where the other is, or the reverse',
    hint: isMissing
      ? 'name two files or two folders; a build leaves its apps in dist/'
      : 'name two files, or two folders',
    path,
    cause: 'input',
  };
}

import { resolve } from 'node:path/posix';
import { cleanText, type Diagnostic, ok, parseLabel, type Result } from '../../base/index.ts';
import { diffFiles, type FilesFailure, filesDiffSummary, filesDiffText } from '../../repro/index.ts';
import type { CliCode } from '../diagnostics.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { findApp } from './named-app.ts';

/** What differs between two built files, whoever built them, and why. */
export const appDiffVerb: Verb = async (context) => {
  const { host, reporter, positionals } = context;
  const places = positionals.map((word) => placeOf(context, word));
  const unknown = places.flatMap((place) => (place.ok ? [] : [place.failure]));
  if (unknown.length > 0) return refuse(reporter, unknown);
  const [a, b] = places.map((place) => (place.ok ? place.value : ''));
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

/** `app:NAME` as it was built; anything else is a path. */
function placeOf(context: VerbContext, word: string): Result<string, Diagnostic> {
  if (parseLabel(word)?.kind !== 'app') return ok(resolve(context.host.env.workingDirectory, word));
  const found = findApp(context, word);
  return found.ok ? ok(found.value.path) : found;
}

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

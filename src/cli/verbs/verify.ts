import { relative, resolve } from 'node:path/posix';
import { counted, type Diagnostic, hasErrors } from '../../base/index.ts';
import {
  type FileVerdict,
  type FoundFiles,
  isSignatureFile,
  openTrust,
  SIGNATURE_SUFFIX,
  signableFiles,
  verifyFile,
} from '../../signing/index.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Checks signatures beside files: 0 when each file is proved, 1 when one is not. */
export const verifyVerb: Verb = async (context) => {
  const { host, reporter, positionals, flags, signal } = context;
  const at = (path: string): string => resolve(host.env.workingDirectory, path);
  const found = signableFiles(host.fs, positionals.map(at));
  const opened = await openTrust(host, {
    keyFiles: flags.texts('key').map(at),
    fingerprints: flags.texts('gpg-key'),
    signal,
  });
  if (!found.ok || !opened.ok) {
    if (opened.ok) await opened.value[Symbol.asyncDispose]();
    return refuse(
      reporter,
      [found, opened].flatMap((each) => (each.ok ? [] : each.failure)),
    );
  }
  await using trust = opened.value;
  const verdicts: FileVerdict[] = [];
  for (const path of found.value.files) verdicts.push(await verifyFile(host, trust, { path, signal }));
  const problems = [...verdicts.flatMap((each) => each.problems), ...lostFiles(found.value)];
  return report(context, verdicts, problems);
};

/** Signatures in a folder whose file is not there: it was removed, or never came. */
function lostFiles({ files, signatures }: FoundFiles): readonly Diagnostic[] {
  const there = new Set(files);
  return signatures
    .filter((path) => isSignatureFile(path) && !there.has(signedPath(path)))
    .map((path) => ({
      code: 'signing/lost-file',
      severity: 'error',
      message: 'the file that it signs is not there',
      path,
      hint: 'fetch it again, or remove its signature',
    }));
}

function signedPath(path: string): string {
  const suffix = Object.values(SIGNATURE_SUFFIX).find((each) => path.endsWith(each)) ?? '';
  return path.slice(0, path.length - suffix.length);
}

function report(
  { host, reporter }: VerbContext,
  verdicts: readonly FileVerdict[],
  problems: readonly Diagnostic[],
): ExitCode {
  const exitCode = codeOf(problems);
  const shown = (path: string): string => relative(host.env.workingDirectory, path);
  if (reporter.isJson) {
    const files = verdicts.map(({ path, signatures, notChecked, problems: those }) => {
      return { path: shown(path), isProved: those.length === 0, signatures, notChecked };
    });
    reporter.json({ exitCode, files, diagnostics: diagnosticsJson(problems) });
  } else {
    for (const verdict of verdicts) for (const line of linesOf(verdict, shown)) reporter.result(line);
  }
  reporter.diagnostics(problems);
  const proved = verdicts.filter((each) => each.problems.length === 0).length;
  reporter.note(`${proved} of ${counted(verdicts.length, 'file')} proved`);
  return exitCode;
}

function linesOf(
  { path, signatures, notChecked, problems }: FileVerdict,
  shown: (path: string) => string,
): string[] {
  if (problems.length > 0) return [];
  const by = signatures.map(({ format, keyId }) => `${format} ${keyId}`).join(', ');
  const rest = notChecked.map((each) => `  not checked: ${each}`);
  return [`${shown(path)}: good  ${by}`, ...rest];
}

/** A file that is not proved is a failed check; only what is missing on the machine is told apart from it. */
function codeOf(problems: readonly Diagnostic[]): ExitCode {
  if (!hasErrors(problems)) return 0;
  return exitCodeOf(problems) === 3 ? 3 : 1;
}

import { relative, resolve } from 'node:path/posix';
import { counted, type Diagnostic } from '../../base/index.ts';
import { type SignatureFormat, type SignedFile, signableFiles, signFile } from '../../signing/index.ts';
import { diagnosticsJson, exitCodeOf, refuse } from '../report/reporter.ts';
import { openSigners, requestedKeys } from '../signing-keys.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Signs files beside them. Nothing is signed before all keys are open and all files are there. */
export const signVerb: Verb = async (context) => {
  const { host, reporter, positionals, flags, signal } = context;
  const from = host.env.workingDirectory;
  const found = signableFiles(
    host.fs,
    positionals.map((path) => resolve(from, path)),
  );
  const format = flags.text('format') as SignatureFormat | undefined;
  const opened = await openSigners(context, requestedKeys(context), format);
  if (!found.ok || !opened.ok) {
    if (opened.ok) await opened.value[Symbol.asyncDispose]();
    return refuse(
      reporter,
      [found, opened].flatMap((each) => (each.ok ? [] : each.failure)),
    );
  }
  await using open = opened.value;
  const warnings = open.signers.flatMap((signer) => signer.warnings);
  const signed: SignedFile[] = [];
  const failures: Diagnostic[] = [];
  for (const path of found.value.files) {
    const done = await signFile(host, open.signers, { path, signal });
    if (done.ok) signed.push(...done.value);
    else failures.push(done.failure);
    // What stands against a key stands against it for every file.
    if (failures.length > 0) break;
  }
  report(context, signed, [...warnings, ...failures]);
  return exitCodeOf(failures);
};

function report(
  { host, reporter }: VerbContext,
  signed: readonly SignedFile[],
  diagnostics: readonly Diagnostic[],
): void {
  const shown = (path: string): string => relative(host.env.workingDirectory, path);
  if (reporter.isJson) {
    const files = signed.map((each) => ({
      ...each,
      path: shown(each.path),
      signature: shown(each.signature),
    }));
    reporter.json({
      exitCode: exitCodeOf(diagnostics),
      signed: files,
      diagnostics: diagnosticsJson(diagnostics),
    });
  } else
    for (const each of signed) reporter.result(`${shown(each.signature)}  ${each.keyId}${keptMark(each)}`);
  reporter.diagnostics(diagnostics);
  const kept = signed.filter(({ isKept }) => isKept).length;
  reporter.note(`${counted(signed.length - kept, 'signature')} made, ${kept} kept`);
}

function keptMark({ isKept }: SignedFile): string {
  return isKept ? '  (kept: it is good)' : '';
}

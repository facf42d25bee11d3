import { relative, resolve } from 'node:path/posix';
import { counted } from '../../base/index.ts';
import {
  type FileVerdict,
  openTrust,
  type SignedImage,
  signableFiles,
  type Verdicts,
  type VerifiedProvenance,
  verifyAll,
} from '../../signing/index.ts';
import { diagnosticsJson, failedCodeOf, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';

/** Checks signatures beside files and where they were built: 0 when each file is proved, 1 when one is not. */
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
  const provenance = flags.text('provenance');
  const verdicts = await verifyAll(host, trust, {
    ...found.value,
    ...(provenance === undefined ? {} : { provenance: at(provenance) }),
    expected: { builder: flags.text('builder'), source: flags.text('source') },
    signal,
  });
  return report(context, verdicts);
};

function report(
  { host, reporter }: VerbContext,
  { files, provenances, images, problems }: Verdicts,
): ExitCode {
  const exitCode = failedCodeOf(problems);
  const shown = (path: string): string => relative(host.env.workingDirectory, path);
  if (reporter.isJson) {
    reporter.json({
      exitCode,
      files: files.map((file) => fileJson(file, shown)),
      provenances: provenances.map((each) => originJson(each, shown)),
      images: images.map((each) => ({ ...each, path: shown(each.path) })),
      diagnostics: diagnosticsJson(problems),
    });
  } else {
    for (const file of files) for (const line of fileLines(file, shown)) reporter.result(line);
    for (const each of provenances) for (const line of provenanceLines(each, shown)) reporter.result(line);
    for (const each of images) for (const line of imageLines(each, shown)) reporter.result(line);
  }
  reporter.diagnostics(problems);
  const proved = files.filter((each) => each.problems.length === 0).length;
  reporter.note(`${proved} of ${counted(files.length, 'file')} proved`);
  return exitCode;
}

type Shown = (path: string) => string;

function fileJson({ path, signatures, notChecked, problems, provenance }: FileVerdict, shown: Shown): object {
  const isProved = problems.length === 0;
  const by = provenance && { provenance: shown(provenance.path) };
  return { path: shown(path), isProved, signatures, notChecked, ...by };
}

/** The same as JSON. */
export function originJson(each: VerifiedProvenance, shown: Shown): object {
  const { path, signatures, provenance, level, why, statement } = each;
  const { builder, commits, uris } = provenance;
  const subjects = statement.subjects.length;
  return { path: shown(path), signatures, builder, commits, uris, subjects, slsaBuildLevel: level, why };
}

function fileLines(
  { path, signatures, notChecked, problems, provenance }: FileVerdict,
  shown: Shown,
): string[] {
  if (problems.length > 0) return [];
  const by = signatures.map(({ format, keyId }) => `${format} ${keyId}`).join(', ');
  const rest = notChecked.map((each) => `  not checked: ${each}`);
  const where = provenance ? [`  built as ${shown(provenance.path)} says`] : [];
  return [`${shown(path)}: good  ${by}`, ...where, ...rest];
}

function provenanceLines(verified: VerifiedProvenance, shown: Shown): string[] {
  return [`${shown(verified.path)}: good provenance`, ...originLines(verified)];
}

/** What a good provenance says, for people. */
export function originLines({ provenance, level, why }: VerifiedProvenance): string[] {
  const { builder, commits } = provenance;
  return [
    `  built by ${builder}`,
    ...commits.map((commit) => `  from the commit ${commit}`),
    `  SLSA build level ${level}: ${why}`,
  ];
}

function imageLines({ path, keyId, subjects }: SignedImage, shown: Shown): string[] {
  return [
    `${shown(path)}: good signature of an image  ${keyId}`,
    ...subjects.map(({ name, digest }) => `  ${name} sha256:${digest.sha256}`),
    '  not checked: the image itself; `mobileops image verify` asks its registry',
  ];
}

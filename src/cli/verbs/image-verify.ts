import { resolve } from 'node:path/posix';
import { counted, type Diagnostic } from '../../base/index.ts';
import {
  IMAGE_SIGNATURE_TYPE,
  type ImageStatement,
  type ImageVerdict,
  openTrust,
  verifyImage,
} from '../../signing/index.ts';
import { readSignedReference, type SignedReference } from '../image-referrers.ts';
import { diagnosticsJson, failedCodeOf, refuse } from '../report/reporter.ts';
import type { ExitCode, Verb, VerbContext } from '../verb.ts';
import { originJson, originLines } from './verify.ts';

/** Checks the signatures that a registry has for an image: 0 when it is proved, 1 when not. */
export const imageVerifyVerb: Verb = async (context) => {
  const { host, reporter, positionals, flags, signal } = context;
  const [word = ''] = positionals;
  const keyFiles = flags.texts('key').map((path) => resolve(host.env.workingDirectory, path));
  if (keyFiles.length === 0) return refuse(reporter, [noKey('no key was named')]);
  const opened = await openTrust(host, { keyFiles, fingerprints: [], signal });
  if (!opened.ok) return refuse(reporter, opened.failure);
  await using trust = opened.value;
  if (trust.keys.length === 0) return refuse(reporter, [noKey('an OpenPGP key signs no image')]);
  const signed = await readSignedReference(context, word);
  if (!signed.ok) return refuse(reporter, signed.failure);
  const { found, bundles, simple, name } = signed.value;
  const expected = { builder: flags.text('builder'), source: flags.text('source') };
  const verdict = verifyImage(trust, { digest: found.image.digest, name, bundles, simple, expected });
  return report(context, signed.value, verdict);
};

function noKey(message: string): Diagnostic {
  const hint = 'name the public key that you expect: --key cosign.pub';
  return { code: 'signing/no-pin', severity: 'error', message, hint, cause: 'input' };
}

function report({ reporter }: VerbContext, signed: SignedReference, verdict: ImageVerdict): ExitCode {
  const { problems, proofs, provenances, statements } = verdict;
  const exitCode = failedCodeOf(problems);
  const { digest } = signed.found.image;
  const notChecked = [...verdict.notChecked, ...unread(signed)];
  if (reporter.isJson)
    reporter.json({
      exitCode,
      image: { reference: signed.name, digest, isProved: problems.length === 0 },
      ...{ proofs, statements, notChecked },
      provenances: provenances.map((each) => originJson(each, (path) => path)),
      diagnostics: diagnosticsJson(problems),
    });
  else if (problems.length === 0) {
    const keys = [...new Set(proofs.map(({ keyId }) => keyId))];
    reporter.result(`${signed.name}: good  ${keys.join(', ')}\n  ${digest}`);
    for (const line of proofs.flatMap((each) => proofLines(each, signed.name))) reporter.result(line);
    for (const line of provenances.flatMap((each) => originLines(each))) reporter.result(line);
    for (const each of statements)
      reporter.result(`  said of it, too: ${each.predicateType} by ${each.keyId}`);
    for (const line of notChecked) reporter.result(`  not checked: ${line}`);
  }
  reporter.diagnostics(problems);
  return exitCode;
}

/** A registry may call an image as it likes; who signed it called it so. */
function proofLines({ predicateType, names }: ImageStatement, name: string): readonly string[] {
  if (predicateType !== IMAGE_SIGNATURE_TYPE) return [];
  return names.filter((each) => each !== name).map((each) => `  signed as ${each}`);
}

function unread({ found }: SignedReference): readonly string[] {
  const { length } = found.others;
  return length === 0 ? [] : [`${counted(length, 'referrer')} without a Sigstore bundle of this image`];
}

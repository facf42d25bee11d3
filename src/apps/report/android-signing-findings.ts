import type { AppFile } from '../app-file.ts';
import type { CertificateFacts } from '../archive/certificate.ts';
import { FIRST_SDK } from '../signatures/sdk-ranges.ts';
import { certificatesOf, type Signature, type Signer } from '../signatures/signature.ts';
import type { Found } from './findings.ts';
import type { AndroidFacts } from './model.ts';

/** What signatures are judged by. */
interface SigningCase {
  readonly file: AppFile;
  readonly android: AndroidFacts;
  readonly blockProblem: string | undefined;
  readonly nowMs: number;
}

const AGAIN = 'it was changed after it was signed, or damaged on its way: fetch it again, or sign it again';

/** Who signed a package of Android, and whether that holds. */
export function signingFindings(it: SigningCase): Found[] {
  const { signatures } = it.android;
  const inside = signatures.filter(({ scheme }) => scheme !== 'v4');
  return [
    ...(it.blockProblem === undefined ? [] : [wrongBlock(it.blockProblem)]),
    ...(inside.length === 0 ? [unsigned(it.file)] : []),
    ...signatures.flatMap(stateFindings),
    ...strippedFindings(signatures),
    ...(it.file.format === 'apk' ? deviceFindings(inside, it.android) : []),
    ...agreementFindings(signatures),
    ...weaknessFindings(signatures),
    ...certificatesOf(signatures).flatMap((each) => certificateFindings(each, it.nowMs)),
  ];
}

function wrongBlock(problem: string): Found {
  return {
    code: 'app/signature-wrong',
    severity: 'error',
    message: `its block of signatures cannot be read, so that Android finds none in it: ${problem}`,
    hint: AGAIN,
  };
}

function unsigned({ format }: AppFile): Found {
  const isApk = format === 'apk';
  return {
    code: 'app/unsigned',
    severity: isApk ? 'error' : 'warning',
    message: isApk
      ? 'the package is not signed; no device installs it'
      : 'the bundle is not signed; the store refuses it',
    hint: `build it with a signing key in the target, or sign it with ${isApk ? 'apksigner' : 'jarsigner'}`,
  };
}

function stateFindings({ scheme, state, reasons }: Signature): Found[] {
  if (state === 'verified') return [];
  return reasons.map((reason) =>
    state === 'wrong'
      ? {
          code: 'app/signature-wrong',
          severity: 'error',
          message: `its signature of scheme ${scheme} is wrong: ${reason}`,
          hint: AGAIN,
        }
      : {
          code: 'app/signature-not-checked',
          severity: 'warning',
          message: `its signature of scheme ${scheme} was not checked: ${reason}`,
          hint: 'ask the one who signed it, or a newer version of mobileops',
        },
  );
}

/** Signatures that say which others the package has, and those are not there. */
function strippedFindings(signatures: readonly Signature[]): Found[] {
  const there = new Set(signatures.map(({ scheme }) => scheme));
  return signatures.flatMap(({ scheme, expects }) =>
    expects
      .filter((each) => !there.has(each))
      .map((gone) => ({
        code: 'app/signature-stripped',
        severity: 'error',
        message: `its signature of scheme ${scheme} says that it is signed by scheme ${gone}, too, and that is gone`,
        hint: 'somebody took it away, to change the package unseen by older devices: fetch it again from where it came',
      })),
  );
}

/** Which devices find a signature that they know: each version of Android knows all schemes of those before. */
function deviceFindings(signatures: readonly Signature[], { minSdk, targetSdk }: AndroidFacts): Found[] {
  const schemes = signatures.flatMap(({ scheme }) => (scheme === 'v4' ? [] : [scheme]));
  if (schemes.length === 0) return [];
  const found: Found[] = [];
  const first = Math.min(...schemes.map((scheme) => FIRST_SDK[scheme]));
  if (minSdk < first)
    found.push({
      code: 'app/signature-unknown-to-old',
      severity: 'error',
      message: `it is for API level ${minSdk} and up, and devices below ${first} know none of its signatures (${schemes.join(', ')})`,
      hint: `sign it with apksigner, which adds what these devices know, or raise minSdk to ${first}`,
    });
  if (targetSdk >= 30 && schemes.every((scheme) => scheme === 'v1'))
    found.push({
      code: 'app/old-signature',
      severity: 'error',
      message: `it targets API level ${targetSdk} and is signed by scheme v1 alone; Android 11 and later refuse it`,
      hint: 'sign it with apksigner, which adds schemes v2 and v3',
    });
  return found;
}

/** All schemes have to tell of the same signers; from v3 on, of those with whom a lineage began. */
function agreementFindings(signatures: readonly Signature[]): Found[] {
  const of = (scheme: Signature['scheme']): Signer[] =>
    certificatesOf(signatures.filter((each) => each.scheme === scheme && each.state !== 'wrong'));
  const [v1, v2, v3, v4] = [of('v1'), of('v2'), of('v3'), of('v4')];
  const old = v2.length > 0 ? v2 : v1;
  const differ = (one: string, other: string): Found => ({
    code: 'app/signers-differ',
    severity: 'error',
    message: `schemes ${one} and ${other} are signed with different keys; devices that know both refuse it`,
    hint: 'sign all schemes at once with apksigner, and by a lineage where the key was changed',
  });
  const found: Found[] = [];
  if (v1.length > 0 && v2.length > 0 && hashes(v1) !== hashes(v2)) found.push(differ('v1', 'v2'));
  // Of the one beside the package, each device takes the signer that it takes inside.
  if (
    v4.length > 0 &&
    of('v3.1').length === 0 &&
    v3.length + v2.length > 0 &&
    hashes(v4) !== hashes(v3.length > 0 ? v3 : v2)
  )
    found.push(differ(v3.length > 0 ? 'v3' : 'v2', 'v4'));
  for (const scheme of ['v3', 'v3.1'] as const) {
    const first = of(scheme).map((each): CertificateFacts => each.lineage?.[0] ?? each);
    if (first.length > 0 && old.length > 0 && hashes(first) !== hashes(old))
      found.push(differ(v2.length > 0 ? 'v2' : 'v1', scheme));
  }
  return found;
}

function hashes(signers: readonly CertificateFacts[]): string {
  return [...new Set(signers.map(({ sha256 }) => sha256))].sort().join();
}

function weaknessFindings(signatures: readonly Signature[]): Found[] {
  const all = signatures.flatMap(({ scheme, weaknesses }) =>
    weaknesses.map((weakness) => ({ scheme, weakness })),
  );
  return [...Map.groupBy(all, ({ weakness }) => weakness)].map(([weakness, each]) => ({
    code: 'app/weak-signature',
    severity: 'warning',
    message: `its signature (${[...new Set(each.map(({ scheme }) => scheme))].join(', ')}) can be forged: ${weakness}`,
    hint: 'sign it with a key of EC, or of RSA with 2048 bits or more, by SHA-256; for SHA-1 of scheme v1, raise minSdk to 18, below which Android knows no other',
  }));
}

function certificateFindings({ subject, notAfter }: CertificateFacts, nowMs: number): Found[] {
  const found: Found[] = [];
  if (Date.parse(notAfter) < nowMs)
    found.push({
      code: 'app/certificate-expired',
      severity: 'warning',
      message: `the certificate of ${subject} expired on ${notAfter.slice(0, 10)}`,
      hint: 'sign with a key whose certificate is valid; scheme v3 can carry on from the old one (apksigner rotate)',
    });
  if (/\bCN=Android Debug\b/.test(subject))
    found.push({
      code: 'app/debug-certificate',
      severity: 'warning',
      message: `it is signed with a debug key (${subject})`,
      hint: 'sign releases with a key of your own',
    });
  return found;
}

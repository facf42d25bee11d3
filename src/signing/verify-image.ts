import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { algorithmOf, keyDigest } from './keys/key-kind.ts';
import { problem } from './problem.ts';
import type { SigstoreBundle } from './sigstore/bundle.ts';
import { isSignatureOf } from './sigstore/raw-signature.ts';
import { keyIdOf } from './sigstore/sigstore-signer.ts';
import { attestedBy, bundleIn, type GoodAttestation, readBundle } from './sigstore/verify-bundle.ts';
import { IMAGE_SIGNATURE_TYPE } from './statements/image-signature.ts';
import { PROVENANCE_TYPE } from './statements/provenance.ts';
import { parseStatement, type Subject, subjectsOf } from './statements/statement.ts';
import type { Trust } from './trust.ts';
import type { Expectation, VerifiedProvenance } from './verified-provenance.ts';
import { readSigned } from './verify-provenance.ts';
import type { SigningWorld } from './world.ts';

/** A good signature of an image by a file of its own. */
export interface SignedImage {
  readonly path: string;
  readonly keyId: string;
  readonly subjects: readonly Subject[];
}

/** Checks the bundle at a path if it holds the signature of an image; `undefined` for any other one. */
export function signedImage(
  { fs }: Pick<SigningWorld, 'fs'>,
  { keys }: Pick<Trust, 'keys'>,
  path: string,
): Result<SignedImage, Diagnostic> | undefined {
  const bundle = readBundle(fs, path);
  if (!bundle.ok || bundle.value.content.kind !== 'envelope') return undefined;
  const statement = parseStatement(bundle.value.content.envelope.payload.toString('utf8'));
  if (statement?.predicateType !== IMAGE_SIGNATURE_TYPE) return undefined;
  if (keys.length === 0) {
    const hint = 'name the public key that you expect: --key FILE';
    return fail(problem('signing/no-pin', 'not checked: no key for the bundle was named', { path, hint }));
  }
  const verified = attestedBy(keys, bundle.value, path);
  return verified.ok
    ? ok({ path, keyId: keyIdOf(verified.value.key), subjects: statement.subjects })
    : verified;
}

/** A Sigstore bundle that a registry has for an image. */
export interface ImageBundle {
  /** Where it came from, for people. */
  readonly path: string;
  readonly text: string;
}

/** A signature in cosign's older form: over a text that names the image by its digest. */
export interface SimpleSignature {
  readonly path: string;
  readonly payload: Uint8Array;
  /** In base64. */
  readonly signature: string;
  /** What the payload names. */
  readonly about: { readonly name: string; readonly digest: string } | undefined;
}

export interface ImageRequest {
  /** `sha256:…`, of what a reference names. */
  readonly digest: string;
  /** As people named it. */
  readonly name: string;
  readonly bundles: readonly ImageBundle[];
  readonly simple: readonly SimpleSignature[];
  readonly expected: Expectation;
}

/** A good statement about the image, by a key that counts. */
export interface ImageStatement {
  readonly path: string;
  readonly keyId: string;
  readonly predicateType: string;
  /** What the image was called when it was signed, where that is said. */
  readonly names: readonly string[];
}

/** What is known of an image: it is proved where there is no problem. */
export interface ImageVerdict {
  /** Signatures, and provenances that say what is expected. */
  readonly proofs: readonly ImageStatement[];
  readonly provenances: readonly VerifiedProvenance[];
  /** Good, too, and no proof: what someone else says of the image, as that it was scanned. */
  readonly statements: readonly ImageStatement[];
  readonly notChecked: readonly string[];
  readonly problems: readonly Diagnostic[];
}

/**
 * Checks what a registry has for an image. Whoever may push can add a signature, so one by a key that was not named proves
 * nothing and counts for nothing; one that passes for a named key's, or is about something else, is a problem.
 */
export function verifyImage({ keys }: Pick<Trust, 'keys'>, request: ImageRequest): ImageVerdict {
  const notChecked: string[] = [];
  const problems: Diagnostic[] = [];
  const good: GoodStatement[] = [];
  for (const read of [
    ...request.bundles.map((bundle) => readStatement(keys, bundle, request)),
    ...request.simple.map((simple) => readSimple(keys, simple, request)),
  ]) {
    if (read.ok) good.push(read.value);
    else if (NO_PROBLEM.includes(read.failure.code))
      notChecked.push(`${read.failure.path}: ${read.failure.message}`);
    else problems.push(read.failure);
    if (read.ok && read.value.unchecked > 0)
      notChecked.push(`${read.value.told.path}: the transparency log and timestamps of the bundle`);
  }
  const origins = good
    .filter(({ told }) => told.predicateType === PROVENANCE_TYPE)
    .map((each) => originOf(each, request.expected));
  const provenances = origins.flatMap((each) => (each.ok ? [each.value] : []));
  problems.push(...unexpected(origins, request));
  const paths = new Set(provenances.map(({ path }) => path));
  const told = good.map((each) => each.told);
  const isProof = ({ predicateType, path }: ImageStatement): boolean =>
    SIGNATURES.includes(predicateType) || paths.has(path);
  const proofs = told.filter(isProof);
  if (proofs.length === 0 && problems.length === 0) problems.push(unproved(request, notChecked));
  const statements = told.filter((each) => !isProof(each) && each.predicateType !== PROVENANCE_TYPE);
  return { proofs, provenances, statements, notChecked, problems };
}

/** What cosign's older form calls itself. */
const SIMPLE_TYPE = 'cosign container image';
const SIGNATURES: readonly string[] = [IMAGE_SIGNATURE_TYPE, SIMPLE_TYPE];

/** Of a bundle that anybody may have added. */
const NO_PROBLEM: readonly string[] = ['signing/other-key', 'signing/unsupported', 'signing/malformed'];

interface GoodStatement {
  readonly told: ImageStatement;
  readonly text: string;
  readonly unchecked: number;
}

function readStatement(
  keys: Trust['keys'],
  { path, text }: ImageBundle,
  { digest }: ImageRequest,
): Result<GoodStatement, Diagnostic> {
  const bundle = bundleIn(text, path);
  const verified: Result<GoodAttestation, Diagnostic> = bundle.ok
    ? attestedBy(keys, bundle.value, path)
    : bundle;
  if (!verified.ok && verified.failure.code === 'signing/bad-signature')
    return fail(isByEd25519(keys, bundle) ? prehashed(path) : forged(path));
  if (!verified.ok) return verified;
  const statement = parseStatement(verified.value.text);
  const subjects = statement ? subjectsOf(statement, digest.replace('sha256:', '')) : [];
  if (!statement || subjects.length === 0) return fail(aboutAnother(path, statement?.subjects[0]?.name));
  const names = subjects.map(({ name }) => name).filter((name) => name !== '');
  const { predicateType } = statement;
  const told = { path, keyId: keyIdOf(verified.value.key), predicateType, names };
  return ok({ told, text: verified.value.text, unchecked: verified.value.bundle.unchecked });
}

/** It says nothing of its key, so that one by another key and one that was damaged look the same. */
function readSimple(
  keys: Trust['keys'],
  { path, payload, signature, about }: SimpleSignature,
  { digest }: ImageRequest,
): Result<GoodStatement, Diagnostic> {
  const bytes = Buffer.from(signature, 'base64');
  const key = keys.find((each) => isSignatureOf(each, { bytes: payload }, bytes));
  if (!key)
    return fail(
      problem('signing/other-key', 'signed by a key that is none of those that were named', { path }),
    );
  if (about?.digest !== digest) return fail(aboutAnother(path, about?.name));
  const told = {
    path,
    keyId: keyIdOf(key),
    predicateType: SIMPLE_TYPE,
    names: about.name ? [about.name] : [],
  };
  return ok({ told, text: Buffer.from(payload).toString('utf8'), unchecked: 0 });
}

/** Whether the key that a bundle names, where it names one of these, is of Ed25519. */
function isByEd25519(keys: Trust['keys'], bundle: Result<SigstoreBundle, Diagnostic>): boolean {
  return keys.some((key) => {
    const kind = algorithmOf(key);
    const isNamed = bundle.ok && keyDigest(key).toString('base64') === bundle.value.keyHint;
    return isNamed && 'algorithm' in kind && kind.algorithm === 'ed25519';
  });
}

/** Cosign 3 signs images so by an Ed25519 key, and verifies them otherwise: it refuses its own. */
function prehashed(path: string): Diagnostic {
  const message = 'no signature by Ed25519; that it is one by Ed25519ph, as cosign makes, is not checked';
  return problem('signing/unsupported', message, { path });
}

function forged(path: string): Diagnostic {
  const hint = 'do not run the image; who may push to this repository has put it there';
  return problem('signing/bad-signature', 'it says that a named key signed it, which is not so', {
    path,
    hint,
  });
}

function aboutAnother(path: string, said: string | undefined): Diagnostic {
  const what = said ? `about ${said}, not about this image` : 'not about this image';
  const hint = 'do not run the image; who may push to this repository has put it there';
  return problem('signing/not-a-subject', `what was signed is ${what}`, { path, hint });
}

type Origin = Result<VerifiedProvenance, readonly Diagnostic[]>;

function originOf({ told, text }: GoodStatement, expected: Expectation): Origin {
  const signatures = [{ format: 'sigstore' as const, keyId: told.keyId }];
  return readSigned({ text, signatures }, told.path, expected);
}

/** The same image may be built from several commits, so one provenance that says what is expected is enough. */
function unexpected(origins: readonly Origin[], { expected, name }: ImageRequest): readonly Diagnostic[] {
  const isExpected = expected.builder !== undefined || expected.source !== undefined;
  if (!isExpected || origins.some(({ ok: isOk }) => isOk)) return [];
  const wrong = origins.flatMap((each) => (each.ok ? [] : each.failure));
  if (wrong.length > 0) return wrong;
  const hint = 'a release that is signed by a key in PEM attaches one when its images are published';
  const message = 'nothing signed by the named keys says where the image was built';
  return [problem('signing/no-provenance', message, { path: name, hint })];
}

function unproved({ name, bundles, simple }: ImageRequest, notChecked: readonly string[]): Diagnostic {
  if (bundles.length + simple.length === 0) {
    const hint = 'ask for a signature; `mobileops image sign` makes one';
    return problem('signing/unsigned', 'the registry has no signature of the image', { path: name, hint });
  }
  const hint = 'name the key that you expect, once you know it is theirs';
  const rest = notChecked.length > 0 ? ` (${notChecked.join('; ')})` : '';
  const message = `no signature of the image is by a key that was named${rest}`;
  return problem('signing/other-key', message, { path: name, hint });
}

import { createHash, type KeyObject } from 'node:crypto';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { digestOfFile, eachPart, type FileSystem } from '../../host/index.ts';
import { algorithmOf, keyDigest } from '../keys/key-kind.ts';
import { problem } from '../problem.ts';
import { SIGNATURE_SUFFIX } from '../signer.ts';
import { IN_TOTO_TYPE, parseStatement, subjectsOf } from '../statements/statement.ts';
import { type BundleContent, MAX_BUNDLE_BYTES, parseBundle, type SigstoreBundle } from './bundle.ts';
import { isEnvelopeOf } from './envelope.ts';
import { isSignatureOf, isTooLarge, type Message } from './raw-signature.ts';

export interface SigstoreTrust {
  readonly fs: FileSystem;
  /** Public keys, one of which must have signed. */
  readonly keys: readonly KeyObject[];
}

export interface GoodBundle {
  readonly key: KeyObject;
  readonly bundle: SigstoreBundle;
}

export interface GoodAttestation extends GoodBundle {
  /** What is in the envelope. */
  readonly text: string;
}

/** Reads the bundle at a path. */
export function readBundle(fs: FileSystem, path: string): Result<SigstoreBundle, Diagnostic> {
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes > MAX_BUNDLE_BYTES)
    return fail(problem('signing/malformed', 'this is no Sigstore bundle', { path }));
  return bundleIn(fs.readText(path), path);
}

/** Reads a bundle that came from `path`, a file or a place in a registry. */
export function bundleIn(text: string, path: string): Result<SigstoreBundle, Diagnostic> {
  const parsed = parseBundle(text);
  if (parsed.ok) return parsed;
  const { kind, problem: why } = parsed.failure;
  if (kind === 'unsupported') {
    const hint = 'ask for a signature by a key';
    return fail(problem('signing/unsupported', `${why} is not checked by this version`, { path, hint }));
  }
  return fail(problem('signing/malformed', `this is no Sigstore bundle: ${why}`, { path }));
}

/** Checks `<path>.sigstore.json` over the file at `path`: by one of the keys, over these bytes. */
export function verifyBundle(trust: SigstoreTrust, path: string): Result<GoodBundle, Diagnostic> {
  const at = `${path}${SIGNATURE_SUFFIX.sigstore}`;
  const read = readBundle(trust.fs, at);
  if (!read.ok) return read;
  const bundle = read.value;
  const { content } = bundle;
  const message: Message = { fs: trust.fs, path, sizeBytes: trust.fs.lstat(path)?.sizeBytes ?? 0 };
  if (content.kind === 'envelope') return aboutFile(trust, at, path);
  const stated = isStatedDigest(trust.fs, path, content);
  if (stated === undefined)
    return fail(problem('signing/unsupported', `the digest ${content.stated?.algorithm}`, { path: at }));
  if (!stated) return fail(notTheFile(at));
  const key = trust.keys.find(
    (each) => !isTooLarge(each, message) && isSignatureOf(each, message, content.signature),
  );
  return key ? ok({ key, bundle }) : fail(byNoneOf(trust.keys, bundle, at));
}

/** Checks the envelope of the bundle at a path: by one of the keys, around a statement. */
export function verifyAttestation(trust: SigstoreTrust, at: string): Result<GoodAttestation, Diagnostic> {
  const read = readBundle(trust.fs, at);
  return read.ok ? attestedBy(trust.keys, read.value, at) : read;
}

/** Checks the envelope of a bundle that came from `at`: by one of the keys, around a statement. */
export function attestedBy(
  keys: readonly KeyObject[],
  bundle: SigstoreBundle,
  at: string,
): Result<GoodAttestation, Diagnostic> {
  const { content } = bundle;
  if (content.kind !== 'envelope' || content.envelope.payloadType !== IN_TOTO_TYPE)
    return fail(problem('signing/malformed', 'the bundle holds no in-toto statement', { path: at }));
  const { envelope } = content;
  const key = keys.find((each) => isEnvelopeOf(each, envelope));
  if (!key) return fail(byNoneOf(keys, bundle, at));
  return ok({ key, bundle, text: envelope.payload.toString('utf8') });
}

/** A statement beside a file has to be about it. */
function aboutFile(trust: SigstoreTrust, at: string, path: string): Result<GoodBundle, Diagnostic> {
  const verified = verifyAttestation(trust, at);
  if (!verified.ok) return verified;
  const statement = parseStatement(verified.value.text);
  const digest = digestOfFile(trust.fs, path).hash;
  const isAbout = statement !== undefined && subjectsOf(statement, digest).length > 0;
  return isAbout ? verified : fail(notTheFile(at));
}

const HASHES: Readonly<Record<string, string>> = {
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

/** `undefined` for a digest that is not known here; a bundle may state none. */
function isStatedDigest(
  fs: FileSystem,
  path: string,
  { stated }: BundleContent & { readonly kind: 'message' },
): boolean | undefined {
  if (!stated) return true;
  const hash = HASHES[stated.algorithm];
  return hash === undefined ? undefined : digestOf(fs, path, hash).equals(stated.digest);
}

function digestOf(fs: FileSystem, path: string, algorithm: string): Buffer {
  const hash = createHash(algorithm);
  eachPart(fs, path, (part) => void hash.update(part));
  return hash.digest();
}

function notTheFile(path: string): Diagnostic {
  const hint = 'do not use the file; fetch it and its signature again';
  return problem('signing/bad-signature', 'the file is not what was signed', { path, hint });
}

/** The hint tells a wrong key from changed bytes, as far as it can be believed; either way nothing was proved. */
function byNoneOf(keys: readonly KeyObject[], { keyHint }: SigstoreBundle, path: string): Diagnostic {
  if (keys.some((key) => keyDigest(key).toString('base64') === keyHint && 'algorithm' in algorithmOf(key)))
    return notTheFile(path);
  const hint = 'name the key that you expect, once you know it is theirs';
  const message = 'signed by a key that is none of those that were named';
  return problem('signing/other-key', message, { path, hint });
}

/** The bare signature of a bundle over a file, in base64; `undefined` for another bundle. */
export function messageSignature(text: string): string | undefined {
  const parsed = parseBundle(text);
  if (!parsed.ok || parsed.value.content.kind !== 'message') return undefined;
  return parsed.value.content.signature.toString('base64');
}

import { type ActionResult, listTree, treeFromFiles } from '../action/index.ts';
import { type Digest, digestOf, formatDigest, sha256 } from '../base/index.ts';
import type { ActionCache, Cas } from '../cas/index.ts';
import { SIGN_APK_PROGRAM } from './sign-apk-program.ts';

/** Raised when the same inputs are to be signed anew. */
const RECORD_VERSION = 2;

/** All that a signature follows from. */
export interface SigningInputs {
  readonly unsigned: Digest;
  /** Of the key store file; with the alias it stands for the certificate, and needs no password to be read. */
  readonly keyStore: Digest;
  readonly keyAlias: string;
  /** Version of apksig, as the toolchain says it. */
  readonly signerVersion: string;
}

const SCHEMES = 'v1,v2,v3';

/** The key of a signing record, in the manner of an action's digest. Nothing of it is secret. */
export function signingKey(inputs: SigningInputs): Digest {
  const record = {
    type: 'mobileops signing record',
    version: RECORD_VERSION,
    unsigned: formatDigest(inputs.unsigned),
    keyStore: formatDigest(inputs.keyStore),
    keyAlias: inputs.keyAlias,
    schemes: SCHEMES,
    signerVersion: inputs.signerVersion,
    program: sha256(SIGN_APK_PROGRAM),
  };
  return digestOf(JSON.stringify(record));
}

export interface SigningStore {
  readonly cas: Cas;
  readonly actionCache: ActionCache;
}

const NAME = 'signed.apk';

/** A signed archive of the store. */
export interface SignedArchive {
  readonly signed: Digest;
  /** Lower-case hex SHA-256 of the certificate. */
  readonly certificate: string;
}

/** The archive that was signed from these inputs before, if the store still has it. */
export function findSigned({ cas, actionCache }: SigningStore, key: Digest): SignedArchive | undefined {
  const result = actionCache.get(key);
  const tree = result && cas.getTree(result.outputRoot);
  const entry = tree && listTree(tree).find(({ path }) => path === NAME);
  const certificate = result && cas.get(result.stdout);
  if (!entry || !('digest' in entry) || !certificate || !cas.has(entry.digest)) return undefined;
  return { signed: entry.digest, certificate: Buffer.from(certificate).toString() };
}

/** Takes a signed archive into the store and remembers what it was made from, and by whom. */
export function keepSigned(
  { cas, actionCache }: SigningStore,
  key: Digest,
  signed: { readonly path: string; readonly certificate: string; readonly finishedAtMs: number },
): SignedArchive {
  const digest = cas.putFile(signed.path);
  const tree = treeFromFiles(new Map([[NAME, { digest, isExecutable: false }]]));
  const result: ActionResult = {
    exitCode: 0,
    outputRoot: cas.putTree(tree),
    stdout: cas.put(signed.certificate),
    execution: { durationMs: 0, finishedAtMs: signed.finishedAtMs, peakMemoryBytes: 0, cpuMs: 0 },
  };
  actionCache.put(key, result);
  return { signed: digest, certificate: signed.certificate };
}

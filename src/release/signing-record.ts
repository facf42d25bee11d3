import { type ActionResult, treeFromFiles } from '../action/index.ts';
import { type Digest, digestOf, formatDigest, sha256 } from '../base/index.ts';
import type { ActionCache, Cas } from '../cas/index.ts';
import type { ArchiveSigning, SignedArchive } from './sign-archive.ts';
import { SIGNER_PROGRAM } from './signer-program.ts';

/** Raised when the same inputs are to be signed anew. */
const RECORD_VERSION = 3;

/** All that a signature follows from. */
export interface SigningInputs extends Omit<ArchiveSigning, 'storeFile'> {
  readonly unsigned: Digest;
  /** Of the key store file; with the alias it stands for the certificate, and needs no password to be read. */
  readonly keyStore: Digest;
  /** Version of apksig, as the toolchain says it. */
  readonly signerVersion: string;
}

/** The key of a signing record, in the manner of an action's digest. Nothing of it is secret. */
export function signingKey(inputs: SigningInputs): Digest {
  const record = {
    type: 'mobileops signing record',
    version: RECORD_VERSION,
    unsigned: formatDigest(inputs.unsigned),
    keyStore: formatDigest(inputs.keyStore),
    keyAlias: inputs.keyAlias,
    kind: inputs.kind,
    minSdk: inputs.minSdk,
    signerVersion: inputs.signerVersion,
    program: sha256(SIGNER_PROGRAM),
  };
  return digestOf(JSON.stringify(record));
}

export interface SigningStore {
  readonly cas: Cas;
  readonly actionCache: ActionCache;
}

/** What is known of a signed archive beside its bytes. */
export interface SignedFacts extends SignedArchive {
  /** The same whoever signs. */
  readonly contentSha256?: string;
}

const ARCHIVE = 'signed';
const FACTS = 'facts.json';

/** The archive that was signed from these inputs before, if the store still has it. */
export function findSigned(
  { cas, actionCache }: SigningStore,
  key: Digest,
): (SignedFacts & { readonly signed: Digest }) | undefined {
  const result = actionCache.get(key);
  const tree = result && cas.getTree(result.outputRoot);
  const digestOf = (name: string): Digest | undefined =>
    tree?.files.find((file) => file.name === name)?.digest;
  const [signed, facts] = [digestOf(ARCHIVE), digestOf(FACTS)];
  const text = facts && cas.get(facts);
  if (!signed || !text || !cas.has(signed)) return undefined;
  return { ...(JSON.parse(Buffer.from(text).toString()) as SignedFacts), signed };
}

/** Takes a signed archive into the store and remembers what it was made from. */
export function keepSigned(
  { cas, actionCache }: SigningStore,
  key: Digest,
  signed: { readonly path: string; readonly finishedAtMs: number; readonly facts: SignedFacts },
): Digest {
  const digest = cas.putFile(signed.path);
  const facts = cas.put(JSON.stringify(signed.facts));
  const tree = treeFromFiles(
    new Map([
      [ARCHIVE, { digest, isExecutable: false }],
      [FACTS, { digest: facts, isExecutable: false }],
    ]),
  );
  const result: ActionResult = {
    exitCode: 0,
    outputRoot: cas.putTree(tree),
    stdout: cas.put(''),
    execution: { durationMs: 0, finishedAtMs: signed.finishedAtMs, peakMemoryBytes: 0, cpuMs: 0 },
  };
  actionCache.put(key, result);
  return digest;
}

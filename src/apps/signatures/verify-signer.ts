import type { KeyObject } from 'node:crypto';
import { certificateFacts } from '../archive/certificate.ts';
import { formatProblem, wrong } from '../fault.ts';
import type { BlockSigner } from './block-signer.ts';
import { readLineage } from './lineage.ts';
import { type Doubt, type Signer, type SigningScheme, unknownBy, wrongBy } from './signature.ts';
import {
  BLOCK_ALGORITHMS,
  certificateDoubts,
  keyDoubts,
  keyWeaknesses,
  publicKeyOf,
} from './signature-algorithm.ts';
import type { ContentDigest, SignedContents } from './signed-contents.ts';

/** What came of one signer of a block. */
export interface JudgedSigner {
  readonly signer: Signer;
  readonly doubts: readonly Doubt[];
  readonly weaknesses: readonly string[];
  readonly expects: readonly SigningScheme[];
  /** The first API level that scheme v3.1 is for, as a signer of v3 says. */
  readonly rotatesAt?: number;
}

const OTHER_SCHEME = 0xbeeff00d;
const PROOF_OF_ROTATION = 0x3ba06f8c;
const ROTATION_MIN_SDK = 0x559f8b02;
/** No upper limit. */
const ALL_LEVELS = 0x7fffffff;

/** Checks what a signer says against its key and the contents. Throws where what it holds cannot be read. */
export async function verifySigner(
  signer: BlockSigner,
  contents: SignedContents | undefined,
): Promise<JudgedSigner> {
  const [first = wrong('a signer has no certificate')] = signer.certificates;
  const own = certificateFacts(first);
  const lineage = lineageOf(signer, own.sha256);
  const checked = contents ? await checkSigner(signer, first, contents) : NOT_ASKED;
  return {
    signer: { ...own, ...shownRange(signer), ...lineage.shown },
    doubts: [...checked.doubts, ...lineage.doubts],
    weaknesses: checked.weaknesses,
    ...expectations(signer),
  };
}

const NOT_ASKED = { doubts: [unknownBy('it was not asked for')], weaknesses: [] };

async function checkSigner(
  signer: BlockSigner,
  certificate: Buffer,
  contents: SignedContents,
): Promise<Pick<JudgedSigner, 'doubts' | 'weaknesses'>> {
  const key = publicKeyOf(signer.publicKey);
  const { sdk, signedSdk, signatures, digests } = signer;
  const isSameList =
    signatures.map(({ algorithm }) => algorithm).join() === digests.map((each) => each.algorithm).join();
  return {
    doubts: [
      ...certificateDoubts(certificate, key),
      ...(sdk?.minSdk === signedSdk?.minSdk && sdk?.maxSdk === signedSdk?.maxSdk
        ? []
        : [wrongBy('its API levels are not those that were signed')]),
      ...(isSameList ? [] : [wrongBy('its signatures and its digests are by different algorithms')]),
      ...signatureDoubts(signer, key),
      ...(await digestDoubts(signer, contents)),
    ],
    weaknesses: keyWeaknesses(key),
  };
}

/** Every signature by an algorithm that is known has to hold; devices look at one of them. */
function signatureDoubts({ signatures, signedData: content }: BlockSigner, key: KeyObject): Doubt[] {
  if (signatures.length === 0) return [wrongBy('a signer has signed nothing')];
  const isKnown = signatures.some(({ algorithm }) => BLOCK_ALGORITHMS.has(algorithm));
  return signatures.flatMap(({ algorithm, bytes: signature }) => {
    const known = BLOCK_ALGORITHMS.get(algorithm);
    if (!known)
      return [
        {
          kind: isKnown ? 'left-out' : 'unknown',
          text: `the algorithm 0x${algorithm.toString(16)} is not known`,
        },
      ];
    return keyDoubts(known, key, { content, signature });
  });
}

async function digestDoubts({ digests }: BlockSigner, contents: SignedContents): Promise<Doubt[]> {
  const doubts: Doubt[] = [];
  for (const { algorithm, bytes } of digests) {
    const kind = BLOCK_ALGORITHMS.get(algorithm)?.content;
    if (kind && !bytes.equals(await contents.digest(kind)))
      doubts.push(
        wrongBy(`the contents are not those that were signed (another ${DIGEST_WORDS[kind]} digest)`),
      );
  }
  return doubts;
}

const DIGEST_WORDS: Readonly<Record<ContentDigest, string>> = {
  sha256: 'SHA-256',
  sha512: 'SHA-512',
  verity: 'fs-verity',
};

function shownRange({ sdk }: BlockSigner): Pick<Signer, 'minSdk' | 'maxSdk'> {
  if (!sdk) return {};
  return sdk.maxSdk >= ALL_LEVELS ? { minSdk: sdk.minSdk } : sdk;
}

function lineageOf(
  { attributes }: BlockSigner,
  own: string,
): { readonly shown: Pick<Signer, 'lineage'>; readonly doubts: readonly Doubt[] } {
  const value = attributes.get(PROOF_OF_ROTATION);
  if (!value) return { shown: {}, doubts: [] };
  try {
    const { certificates, doubts } = readLineage(value);
    const isOwn = certificates.at(-1)?.sha256 === own;
    return {
      shown: { lineage: certificates.slice(0, -1) },
      doubts: [...doubts, ...(isOwn ? [] : [wrongBy('its lineage does not end with its own certificate')])],
    };
  } catch (error) {
    return { shown: {}, doubts: [wrongBy(`its lineage cannot be read: ${formatProblem(error)}`)] };
  }
}

/** What else has to be there, as the signer says; that is what keeps it from being taken away. */
function expectations({ attributes, sdk }: BlockSigner): Pick<JudgedSigner, 'expects' | 'rotatesAt'> {
  const number = (id: number): number | undefined => {
    const value = attributes.get(id);
    return value && value.length >= 4 ? value.readUInt32LE(0) : undefined;
  };
  if (!sdk) return { expects: number(OTHER_SCHEME) === 3 ? ['v3'] : [] };
  const rotatesAt = number(ROTATION_MIN_SDK);
  return rotatesAt === undefined ? { expects: [] } : { expects: ['v3.1'], rotatesAt };
}

import { ByteReader } from '../archive/byte-reader.ts';
import { type CertificateFacts, certificateFacts, readCertificate } from '../archive/certificate.ts';
import { wrong } from '../fault.ts';
import { type Doubt, unknownBy, wrongBy } from './signature.ts';
import { BLOCK_ALGORITHMS, holds } from './signature-algorithm.ts';

/** How a signer came to its key: each certificate, and that the one before it vouches for it. */
export interface Lineage {
  readonly certificates: readonly CertificateFacts[];
  readonly doubts: readonly Doubt[];
}

interface Level {
  readonly signedData: Buffer;
  readonly certificate: Buffer;
  /** By which the level before signed this one, as this one and as that one says. */
  readonly signedBy: number;
  readonly signsBy: number;
  readonly signature: Buffer;
}

const VERSION = 1;
/** Nobody has had so many keys. */
const MOST_LEVELS = 50;

/**
 * The proof of rotation of scheme v3, which is checked level by level. Throws where it does not hold together.
 * What an older key is still trusted with is the device's affair and not told.
 */
export function readLineage(value: Buffer): Lineage {
  const reader = new ByteReader(value);
  const version = reader.u32();
  if (version !== VERSION)
    return { certificates: [], doubts: [unknownBy(`its lineage has version ${version}`)] };
  const levels: Level[] = [];
  while (!reader.isAtEnd) {
    if (levels.length >= MOST_LEVELS) wrong(`its lineage has more than ${MOST_LEVELS} levels`);
    levels.push(readLevel(reader.prefixed()));
  }
  const certificates = levels.map(({ certificate }) => certificateFacts(certificate));
  const isRepeated = new Set(certificates.map(({ sha256 }) => sha256)).size < certificates.length;
  return {
    certificates,
    doubts: [
      ...(isRepeated ? [wrongBy('its lineage has a certificate twice')] : []),
      ...levels.slice(1).flatMap((level, at) => stepDoubts(levels[at]!, level)),
    ],
  };
}

function readLevel(bytes: Buffer): Level {
  const reader = new ByteReader(bytes);
  const signedData = reader.prefixed();
  // What the key may still do.
  reader.u32();
  const signsBy = reader.u32();
  const signature = reader.prefixed();
  const signed = new ByteReader(signedData);
  const certificate = signed.prefixed();
  return { signedData, certificate, signedBy: signed.u32(), signsBy, signature };
}

function stepDoubts(before: Level, { signedBy, signedData: content, signature }: Level): Doubt[] {
  const algorithm = BLOCK_ALGORITHMS.get(before.signsBy);
  if (before.signsBy !== signedBy) return [wrongBy('two levels of its lineage name different algorithms')];
  if (!algorithm) return [unknownBy(`its lineage is signed by the algorithm 0x${signedBy.toString(16)}`)];
  const { publicKey } = readCertificate(before.certificate);
  if (holds(algorithm, publicKey, { content, signature })) return [];
  return [wrongBy('a key of its lineage has not signed for the one that comes after it')];
}

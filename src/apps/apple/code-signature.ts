import { createHash } from 'node:crypto';
import { type CertificateFacts, certificateFacts, signerFirst } from '../archive/certificate.ts';
import { readSignedData } from '../archive/signed-data.ts';
import { wrong } from '../fault.ts';
import { readPlistDict } from './plist.ts';
import type { PlistDict } from './plist-value.ts';

/** What a binary is signed with (`cs_blobs.h`). */
export interface CodeSignature {
  /** What the signer calls the code: the identifier of its bundle. */
  readonly identifier: string;
  readonly team?: string;
  /** Signed with no key at all, which no device takes. */
  readonly isAdHoc: boolean;
  /** Whether every page of the code has the digest that was signed. That the signature holds is not checked. */
  readonly isIntact: boolean;
  readonly entitlements?: PlistDict;
  /** The one that signed, and those that vouch for it. */
  readonly certificates: readonly CertificateFacts[];
}

const SUPER_BLOB = 0xfade0cc0;
const CODE_DIRECTORY = 0xfade0c02;
const ENTITLEMENTS = 0xfade7171;
const CMS = 0xfade0b01;
const AD_HOC = 0x2;
const WITH_TEAM = 0x20200;
const MAX_BLOBS = 100;
const HASHES: ReadonlyMap<number, string> = new Map([
  [1, 'sha1'],
  [2, 'sha256'],
  [3, 'sha256'],
  [4, 'sha384'],
]);

/** Reads what `LC_CODE_SIGNATURE` points to; `code` is the architecture that it is for. */
export function readCodeSignature(code: Buffer, blob: Buffer): CodeSignature {
  if (blob.length < 12 || blob.readUInt32BE(0) !== SUPER_BLOB) wrong('its signature is none');
  const count = blob.readUInt32BE(8);
  if (count > MAX_BLOBS) wrong(`its signature has ${count} parts`);
  const parts = Array.from({ length: count }, (_, index) => partAt(blob, blob.readUInt32BE(16 + 8 * index)));
  const directories = parts.filter((each) => each.readUInt32BE(0) === CODE_DIRECTORY);
  // The strongest of several is the last one.
  const directory = directories.at(-1) ?? wrong('its signature has no directory of code');
  const entitlements = parts.find((each) => each.readUInt32BE(0) === ENTITLEMENTS);
  const cms = parts.find((each) => each.readUInt32BE(0) === CMS && each.length > 8);
  const version = directory.readUInt32BE(8);
  const teamAt = version >= WITH_TEAM ? directory.readUInt32BE(48) : 0;
  return {
    identifier: textAt(directory, directory.readUInt32BE(20)),
    ...(teamAt === 0 ? {} : { team: textAt(directory, teamAt) }),
    isAdHoc: (directory.readUInt32BE(12) & AD_HOC) !== 0 || !cms,
    isIntact: isIntact(code, directory),
    ...(entitlements ? { entitlements: readPlistDict(entitlements.subarray(8)) } : {}),
    certificates: cms ? signerFirst(readSignedData(cms.subarray(8)).certificates.map(certificateFacts)) : [],
  };
}

function partAt(blob: Buffer, offset: number): Buffer {
  const length = blob.readUInt32BE(offset + 4);
  if (length < 8 || offset + length > blob.length) wrong('a part of its signature leaves it');
  return blob.subarray(offset, offset + length);
}

function isIntact(code: Buffer, directory: Buffer): boolean {
  const [hashes, count, limit] = [16, 28, 32].map((at) => directory.readUInt32BE(at)) as [
    number,
    number,
    number,
  ];
  const [hashBytes, hashType, pagePower] = [36, 37, 39].map((at) => directory.readUInt8(at)) as [
    number,
    number,
    number,
  ];
  const algorithm =
    HASHES.get(hashType) ?? wrong(`its signature has digests of the unknown kind ${hashType}`);
  const pageBytes = pagePower === 0 ? limit : 2 ** pagePower;
  if (limit > code.length || count !== Math.ceil(limit / Math.max(1, pageBytes))) return false;
  if (hashes + count * hashBytes > directory.length)
    wrong('its signature has fewer digests than it announces');
  for (let page = 0; page < count; page++) {
    const content = code.subarray(page * pageBytes, Math.min(limit, (page + 1) * pageBytes));
    const found = createHash(algorithm).update(content).digest().subarray(0, hashBytes);
    const at = hashes + page * hashBytes;
    if (!found.equals(directory.subarray(at, at + hashBytes))) return false;
  }
  return true;
}

function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  if (offset >= bytes.length || end < 0) wrong('a name of its signature has no end');
  return bytes.toString('utf8', offset, end);
}

/**
 * Compares two folders byte by byte and names what differs by member: `hybrid.apk!classes.dex`,
 * `release/x.tar.gz!scripts/lib.sh`, `images/ai!layer 0!opt/mobileops/model.bin`. Reads formats by itself, so that a
 * fault of our own readers cannot hide a fault of our writers.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync, inflateRawSync } from 'node:zlib';

type Members = Map<string, Buffer>;

/** One line for each difference, the deepest member that shows it; empty when all bytes are equal. */
export function compareTrees(
  left: string,
  right: string,
  isLeftOut = (_path: string): boolean => false,
): string[] {
  return compareMembers(filesOf(left, isLeftOut), filesOf(right, isLeftOut), '');
}

/** How many files were there to compare: a comparison of nothing proves nothing. */
export function countFiles(folder: string): number {
  return filesOf(folder, () => false).size;
}

function compareMembers(left: Members, right: Members, prefix: string): string[] {
  const names = [...new Set([...left.keys(), ...right.keys()])].sort();
  return names.flatMap((name) => {
    const [one, two] = [left.get(name), right.get(name)];
    if (!one || !two) return [`${prefix}${name}: only in the ${one ? 'first' : 'second'}`];
    return one.equals(two) ? [] : compareInside(one, two, `${prefix}${name}`);
  });
}

function compareInside(one: Buffer, two: Buffer, name: string): string[] {
  const [left, right] = [membersOf(one), membersOf(two)];
  const inside = left && right ? compareMembers(left, right, `${name}!`) : [];
  if (inside.length > 0) return inside;
  const at = one.findIndex((byte, index) => byte !== two[index]);
  const where = left ? 'outside its members, first' : 'first';
  return [
    `${name}: differs, ${where} at byte ${at < 0 ? one.length : at} (${one.length} and ${two.length} bytes)`,
  ];
}

/** Files and links below a folder, by path. */
function filesOf(folder: string, isLeftOut: (path: string) => boolean): Members {
  const members: Members = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path);
    if (isLeftOut(name)) continue;
    if (entry.isSymbolicLink()) members.set(`${name} (link)`, Buffer.from(readlinkSync(path)));
    if (entry.isFile()) members.set(name, readFileSync(path));
  }
  for (const name of [...members.keys()]) if (name.endsWith('oci-layout')) describeLayout(members, name);
  return members;
}

/** Gives the blobs of an OCI layout names that are the same on both sides: by place, not by digest. */
function describeLayout(members: Members, marker: string): void {
  const root = marker.slice(0, -'oci-layout'.length);
  const blob = (digest: string) => members.get(`${root}blobs/${digest.replace(':', '/')}`);
  const index = JSON.parse(members.get(`${root}index.json`)!.toString());
  const named: Members = new Map();
  const describe = (digest: string, place: string): void => {
    const document = blob(digest)!;
    const { manifests, config, layers = [] } = JSON.parse(document.toString());
    named.set(`${root}${manifests ? 'index' : 'manifest'} ${place}`, document);
    if (config) named.set(`${root}config ${place}`, blob(config.digest)!);
    for (const [depth, layer] of layers.entries())
      named.set(`${root}layer ${place} ${depth}`, blob(layer.digest)!);
    for (const [each, below] of (manifests ?? []).entries()) describe(below.digest, `${place}.${each}`);
  };
  for (const [place, { digest }] of index.manifests.entries()) describe(digest, `${place}`);
  for (const name of [...members.keys()]) if (name.startsWith(`${root}blobs/`)) members.delete(name);
  for (const [name, bytes] of named) members.set(name, bytes);
}

function membersOf(bytes: Buffer): Members | undefined {
  if (bytes.length < 4) return undefined;
  if (bytes.readUInt16BE(0) === 0x1f8b) return new Map([['(unpacked)', gunzipSync(bytes)]]);
  if (bytes.subarray(257, 262).toString() === 'ustar') return tarMembers(bytes);
  return bytes.readUInt32BE(0) === 0x504b0304 ? zipMembers(bytes) : undefined;
}

/** Each entry of a tar, and its header apart: times, owners and modes are content too. */
function tarMembers(bytes: Buffer): Members {
  const members: Members = new Map();
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + 512);
    const text = (from: number, to: number) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 136).trim() || '0', 8);
    const name = `${text(345, 500)}${text(345, 500) && '/'}${text(0, 100)}`;
    members.set(`${name} (header)`, header);
    members.set(name, bytes.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return members;
}

const ZIP_END = Buffer.from('PK\x05\x06');

/** Each entry of a zip by its central directory, and its record there apart. */
function zipMembers(bytes: Buffer): Members {
  const members: Members = new Map();
  const end = bytes.lastIndexOf(ZIP_END);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
    const lengths = bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const name = bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28));
    const local = bytes.readUInt32LE(at + 42);
    const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const packed = bytes.subarray(data, data + size);
    // The record without the entry's place, which moves when an earlier entry changes its size.
    members.set(
      `${name} (record)`,
      Buffer.concat([bytes.subarray(at, at + 42), bytes.subarray(at + 46, at + 46 + lengths)]),
    );
    members.set(name, method === 8 ? inflateRawSync(packed) : packed);
    at += 46 + lengths;
  }
  return members;
}

/** SHA-256 of a file in hexadecimal digits. */
export function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

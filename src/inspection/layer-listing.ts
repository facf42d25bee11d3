import { Digester } from '../base/index.ts';
import { type ByteStream, digested, TarFormatError } from '../tools/index.ts';
import { shownBytes } from './byte-text.ts';
import { LayerFault } from './fault.ts';
import type { MemberHeader } from './member-header.ts';
import { readMembers, type StreamedMember } from './read-members.ts';
import { type SharedSource, unpacked } from './unpacked.ts';

/** A member of a layer; names and targets have a character for each byte. */
export interface LayerMember extends Omit<MemberHeader, 'name' | 'hasContent'> {
  /** Relative to the root (`''`), without `.`, `..` and doubled slashes. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of a file's content. */
  readonly digest: string | undefined;
}

/** Everything about a layer but the content of its files. */
export interface LayerListing {
  /** As they stand in the archive. */
  readonly members: readonly LayerMember[];
  /** Of the uncompressed tar. */
  readonly tarBytes: number;
  readonly diffId: string;
  /** Paths of members whose name begins with `/`. */
  readonly absolute: readonly string[];
}

/** Longer names than Linux takes cannot be unpacked; they would only make us work. */
const MAX_PATH_BYTES = 4096;
/** Some hundred bytes of memory each: more are no image but an attack. */
const MAX_MEMBERS = 4_000_000;

/** Is told the member's number in the archive, from 0: names may stand twice. What it leaves of the bytes is skipped. */
export type SeeContent = (index: number, bytes: ByteStream, file: SeenFile) => Promise<void>;

/** A file as a layer holds it. */
export interface SeenFile {
  /** As of `LayerMember`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mode: number;
}

/**
 * Reads a layer's blob to its end, holding no more of it than a chunk. Throws LayerFault. `seeContent` is handed each file's
 * bytes, and then there is no digest of it.
 */
export async function listLayer(source: SharedSource, seeContent?: SeeContent): Promise<LayerListing> {
  try {
    return await readListing(source, seeContent);
  } catch (error) {
    if (error instanceof TarFormatError) throw new LayerFault(error.message);
    throw error;
  }
}

async function readListing(source: SharedSource, seeContent: SeeContent | undefined): Promise<LayerListing> {
  const compression = await source.compression();
  const digester = new Digester();
  const members: LayerMember[] = [];
  const absolute: string[] = [];
  const kept = new Kept();
  for await (const member of readMembers(digested(unpacked(source, compression), digester))) {
    if (members.length === MAX_MEMBERS) throw new LayerFault(`it has more than ${MAX_MEMBERS} members`);
    if (seeContent && member.header.hasContent)
      await seeContent(members.length, member.bytes, seenFile(member));
    const listed = await listMember(member, kept, seeContent === undefined);
    if (member.header.name.startsWith('/')) absolute.push(listed.path);
    members.push(listed);
  }
  const { hash, sizeBytes } = digester.digest();
  return { members, tarBytes: sizeBytes, diffId: `sha256:${hash}`, absolute };
}

function seenFile({ header, sizeBytes }: StreamedMember): SeenFile {
  return { path: cleanName(header.name, 'a member'), sizeBytes, mode: header.mode };
}

async function listMember(
  { header, sizeBytes, bytes }: StreamedMember,
  kept: Kept,
  hashes: boolean,
): Promise<LayerMember> {
  const { name, hasContent: _, target, ...rest } = header;
  const path = cleanName(name, 'a member');
  if (path === '' && rest.kind !== 'directory') throw new LayerFault('a member takes the place of the root');
  const isHashed = hashes && rest.kind === 'file';
  const digest = isHashed ? await contentDigest(bytes) : undefined;
  // Written out: objects of one shape need half the memory, and there may be a million.
  return {
    path,
    kind: rest.kind,
    mode: rest.mode,
    uid: rest.uid,
    gid: rest.gid,
    sizeBytes,
    mtime: kept.text(rest.mtime),
    target: rest.kind === 'hardlink' ? cleanName(target, 'the target of a hard link') : target,
    digest,
    userName: kept.text(rest.userName),
    groupName: kept.text(rest.groupName),
    device: rest.device,
    xattrs: rest.xattrs,
    records: rest.records,
  };
}

async function contentDigest(bytes: ByteStream): Promise<string> {
  const digester = new Digester();
  for await (const chunk of bytes) digester.update(chunk);
  return digester.digest().hash;
}

function cleanName(name: string, what: string): string {
  if (name.length > MAX_PATH_BYTES) throw new LayerFault(`${what} has a name of ${name.length} bytes`);
  if (name === '' || name.includes('\0')) throw new LayerFault(`${what} has a name that no file can have`);
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw new LayerFault(`${what} leads out of the root: ${shownBytes(name)}`);
  return parts.join('/');
}

/** Times and owners repeat from member to member: one copy of each text is enough. */
class Kept {
  readonly #texts = new Map<string, string>();

  text(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size < 10_000) this.#texts.set(text, text);
    return text;
  }
}

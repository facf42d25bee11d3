import { fail, ok, type Result } from '../base/index.ts';

/** A member of a common `ar` archive: its name, and where its bytes lie in the file. */
export interface ArMember {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;
/** A .deb has three members; more than a few are no package. */
const MAX_MEMBERS = 16;

/** Random access to a file's bytes; fewer than asked for at its end. */
export type ReadAt = (offset: number, count: number) => Uint8Array;

/** Lists the members of an `ar` archive of `sizeBytes` (deb(5): names in the header, no index, no long names). */
export function listAr(readAt: ReadAt, sizeBytes: number): Result<readonly ArMember[], string> {
  if (latin1(readAt(0, MAGIC.length)) !== MAGIC) return fail('it is no ar archive');
  const members: ArMember[] = [];
  for (let at = MAGIC.length; at < sizeBytes; ) {
    const header = latin1(readAt(at, HEADER_BYTES));
    const match = /^([!-~]{1,16}) *$/.exec(header.slice(0, 16));
    const size = /^(\d{1,10}) *$/.exec(header.slice(48, 58));
    if (header.length < HEADER_BYTES || !header.endsWith('`\n') || !match || !size)
      return fail('a header of it is damaged');
    if (members.length === MAX_MEMBERS) return fail('it has too many members');
    const member = {
      name: match[1]!.replace(/\/$/, ''),
      offset: at + HEADER_BYTES,
      sizeBytes: Number(size[1]),
    };
    if (member.offset + member.sizeBytes > sizeBytes) return fail('it ends too early');
    members.push(member);
    at = member.offset + member.sizeBytes + (member.sizeBytes % 2);
  }
  return ok(members);
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/** How a tar archive in a .deb is compressed. */
export type Compression = 'none' | 'gzip' | 'xz' | 'zstd' | 'bzip2' | 'lzma';

const ENDINGS: Readonly<Record<string, Compression>> = {
  '': 'none',
  '.gz': 'gzip',
  '.xz': 'xz',
  '.zst': 'zstd',
  '.bz2': 'bzip2',
  '.lzma': 'lzma',
};

export interface DebMember extends ArMember {
  readonly compression: Compression;
}

export interface DebMembers {
  readonly control: DebMember;
  readonly data: DebMember;
}

/** Finds the two archives of a .deb of format 2 as deb(5) orders them; members named with `_` in front are passed over. */
export function debMembers(members: readonly ArMember[], readAt: ReadAt): Result<DebMembers, string> {
  const [version, ...rest] = members;
  if (version?.name !== 'debian-binary') return fail('it does not begin with debian-binary');
  const text = latin1(readAt(version.offset, Math.min(version.sizeBytes, 16)));
  if (!/^2\.\d{1,4}\n/.test(text)) return fail('it is not of format 2.0');
  const known = rest.filter(({ name }) => !name.startsWith('_'));
  const control = asTar(known[0], 'control.tar');
  const data = asTar(known[1], 'data.tar');
  if (!control || !data) return fail('it lacks its control or data archive');
  return ok({ control, data });
}

function asTar(member: ArMember | undefined, name: string): DebMember | undefined {
  if (!member?.name.startsWith(name)) return undefined;
  const ending = member.name.slice(name.length);
  return Object.hasOwn(ENDINGS, ending) ? { ...member, compression: ENDINGS[ending]! } : undefined;
}

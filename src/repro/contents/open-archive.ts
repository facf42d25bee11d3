import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { readTarMembers } from '../../inspection/index.ts';
import { arMembers } from './ar-members.ts';
import type { Archive } from './archive.ts';
import { profileMembers } from './baseline-profile.ts';
import { dexParts } from './dex-parts.ts';
import { resourceParts } from './resource-parts.ts';
import { zipMembers } from './zip-members.ts';

/** Opens what `bytes` are by their first bytes; `undefined` for what holds no members, is damaged, or would unpack to more. */
export async function openArchive(bytes: Buffer, limitBytes: number): Promise<Archive | undefined> {
  if (bytes.length < 8) return undefined;
  const start = bytes.readUInt32BE(0);
  if (start >>> 16 === 0x1f8b) return gzipped(bytes, limitBytes);
  if (start === 0x28b52ffd)
    return wrapped('zstd', () => zstdDecompressSync(bytes, { maxOutputLength: limitBytes }));
  if (start === 0x504b0304 || start === 0x504b0506) return zipMembers(bytes, limitBytes);
  if (bytes.toString('latin1', 257, 262) === 'ustar') return tarMembers(bytes);
  return (
    arMembers(bytes) ??
    dexParts(bytes, limitBytes) ??
    profileMembers(bytes, limitBytes) ??
    resourceParts(bytes, limitBytes)
  );
}

/** RFC 1952: the header tells when, what, how well and on which system. */
function gzipped(bytes: Buffer, limitBytes: number): Archive | undefined {
  const fields = new Map([
    ['gzip mtime', String(bytes.readUInt32LE(4))],
    ['gzip level', String(bytes[8])],
    ['gzip system', String(bytes[9])],
  ]);
  const HAS_EXTRA = 4;
  const HAS_NAME = 8;
  if ((bytes[3]! & HAS_NAME) !== 0 && (bytes[3]! & HAS_EXTRA) === 0)
    fields.set('gzip name', bytes.toString('latin1', 10, bytes.indexOf(0, 10)));
  return wrapped('gzip', () => gunzipSync(bytes, { maxOutputLength: limitBytes }), fields);
}

function wrapped(
  format: 'gzip' | 'zstd',
  unpack: () => Buffer,
  fields: ReadonlyMap<string, string> = new Map(),
): Archive | undefined {
  try {
    return { format, fields, members: [{ name: '', fields: new Map(), content: unpack() }] };
  } catch {
    return undefined;
  }
}

async function tarMembers(bytes: Buffer): Promise<Archive | undefined> {
  const read = await readTarMembers(bytes);
  return read && { format: 'tar', fields: new Map(), members: read };
}

import type { Archive, ArchiveMember } from './archive.ts';

const MAGIC = '!<arch>\n';
const HEADER_BYTES = 60;

/** The members of an `ar` archive (`.a`, `.deb`); `undefined` for what is none. */
export function arMembers(bytes: Buffer): Archive | undefined {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined;
  const members: ArchiveMember[] = [];
  let names = '';
  for (let at = MAGIC.length; at + HEADER_BYTES <= bytes.length; ) {
    const text = (from: number, to: number): string => bytes.toString('latin1', at + from, at + to).trimEnd();
    const sizeBytes = Number(text(48, 58));
    if (text(58, 60) !== '`\n'.trimEnd() || !Number.isSafeInteger(sizeBytes)) return undefined;
    const content = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + sizeBytes);
    if (content.length !== sizeBytes) return undefined;
    const name = text(0, 16);
    if (name === '//') names = content.toString('latin1');
    const fields = new Map([
      ['mtime', text(16, 28)],
      ['uid', text(28, 34)],
      ['gid', text(34, 40)],
      ['mode', text(40, 48)],
    ]);
    members.push({ name: longName(name, names), fields, content });
    at += HEADER_BYTES + sizeBytes + (sizeBytes % 2);
  }
  return { format: 'ar', fields: new Map(), members };
}

function longName(name: string, names: string): string {
  const [, offset] = /^\/(\d+)$/.exec(name) ?? [];
  if (offset === undefined) return name.length > 1 ? name.replace(/\/$/, '') : name;
  return names.slice(Number(offset)).split('\n', 1)[0]!.replace(/\/$/, '');
}

import { crc32, deflateRawSync } from 'node:zlib';
import type { CauseContext } from './causes/context.ts';
import { Consequences } from './contents/consequences.ts';
import type { Side } from './model.ts';

const FIRST_MS = Date.UTC(2026, 10, 27, 7, 58, 0);
const SECOND_MS = Date.UTC(2026, 10, 27, 8, 3, 0);

const common = {
  endedAtMs: 0,
  umask: 0o022,
  user: 'first',
  cores: 1,
  timezone: 'America/St_Johns',
  language: 'C.UTF-8',
};

/** Two builds of ten seconds: at 07:58:00 and at 08:03:00 UTC on the 27th of November 2026. */
export const SIDES: { readonly a: Side; readonly b: Side } = {
  a: { ...common, startedAtMs: FIRST_MS, endedAtMs: FIRST_MS + 10_000, folders: ['/s/a/w', '/s/a/home'] },
  b: {
    startedAtMs: SECOND_MS,
    endedAtMs: SECOND_MS + 10_000,
    folders: ['/s/longer b/w', '/s/longer b/home'],
    user: 'someone-else',
    cores: 8,
    umask: 0o077,
    timezone: 'Asia/Kolkata',
    language: 'tr_TR.UTF-8',
  },
};

/** What is known of them, where these contents differ as well. */
export function contextOf(...pairs: readonly (readonly [a: string, b: string])[]): CauseContext {
  const consequences = new Consequences();
  for (const [a, b] of pairs) consequences.add(Buffer.from(a), Buffer.from(b));
  return { sides: SIDES, consequences };
}

export interface ZipEntry {
  readonly name: string;
  readonly content: string;
  /** In the forms of MS-DOS. */
  readonly date?: number;
  readonly time?: number;
  readonly isStored?: boolean;
}

/** A zip of a test's own, so that a fault of our writer cannot hide one of the reader. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const records: Buffer[] = [];
  let at = 0;
  for (const { name, content, date = 0x21, time = 0, isStored = false } of entries) {
    const bytes = Buffer.from(content);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const method = isStored ? 0 : 8;
    const shared = Buffer.alloc(26);
    for (const [value, where] of [
      [20, 0],
      [method, 4],
      [time, 6],
      [date, 8],
      [name.length, 22],
    ] as const)
      shared.writeUInt16LE(value, where);
    for (const [value, where] of [
      [crc32(bytes), 10],
      [packed.length, 14],
      [bytes.length, 18],
    ] as const)
      shared.writeUInt32LE(value, where);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), shared, Buffer.from(name), packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(0o100644 * 0x10000, 6);
    rest.writeUInt32LE(at, 10);
    records.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), shared, rest, Buffer.from(name));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(records);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

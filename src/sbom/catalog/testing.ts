import { zipOf } from '../../archives/testing.ts';
import { GO_MAGIC } from './go.ts';

/** What a program of Go holds: the magic word, then its version and its modules. */
export function goInfoBytes(version: string, modules: string): Buffer {
  const header = Buffer.alloc(32);
  GO_MAGIC.copy(header);
  header[14] = 8;
  header[15] = 2;
  const sentinel = Buffer.alloc(16, 0x30);
  return Buffer.concat([
    header,
    counted(Buffer.from(version)),
    counted(Buffer.concat([sentinel, Buffer.from(modules), sentinel])),
  ]);
}

function counted(bytes: Buffer): Buffer {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest = Math.floor(rest / 128)) {
    length.push(rest < 128 ? rest : (rest % 128) | 0x80);
    if (rest < 128) break;
  }
  return Buffer.concat([Buffer.from(length), bytes]);
}

/** An ELF of 64 bits with one section of that name, as small as one can be. */
export function elfWithSection(name: string, content: Buffer): Buffer {
  const names = Buffer.from(`\0${name}\0.shstrtab\0`);
  const contentAt = 64;
  const namesAt = contentAt + content.length;
  const tableAt = namesAt + names.length;
  const bytes = Buffer.alloc(tableAt + 3 * 64);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes[4] = 2;
  bytes[5] = 1;
  bytes.writeBigUInt64LE(BigInt(tableAt), 40);
  bytes.writeUInt16LE(64, 58);
  bytes.writeUInt16LE(3, 60);
  bytes.writeUInt16LE(2, 62);
  content.copy(bytes, contentAt);
  names.copy(bytes, namesAt);
  const section = (number: number, nameAt: number, [offset, size]: readonly [number, number]): void => {
    const at = tableAt + number * 64;
    bytes.writeUInt32LE(nameAt, at);
    bytes.writeBigUInt64LE(BigInt(offset), at + 24);
    bytes.writeBigUInt64LE(BigInt(size), at + 32);
  };
  section(1, 1, [contentAt, content.length]);
  section(2, 1 + name.length + 1, [namesAt, names.length]);
  return bytes;
}

/** A jar with these files. */
export function jarOf(files: Readonly<Record<string, string | Uint8Array>>): Buffer {
  return zipOf(Object.entries(files).map(([path, content]) => ({ path, content })));
}

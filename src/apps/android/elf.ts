import { wrong } from '../fault.ts';

export interface ElfFacts {
  readonly bits: 32 | 64;
  /** The ABI of Android that its processor is; absent for another one. */
  readonly abi?: string;
  /** The smallest alignment of its loadable segments: 16384 where pages of 16 KB can map it. */
  readonly alignBytes: number;
}

const MAGIC = 0x7f454c46;
const LOAD = 1;
const ABIS: ReadonlyMap<number, string> = new Map([
  [3, 'x86'],
  [40, 'armeabi-v7a'],
  [62, 'x86_64'],
  [183, 'arm64-v8a'],
  [243, 'riscv64'],
]);

/** Reads the header and the program headers. Throws a `FormatError` for what is no ELF. */
export function readElf(bytes: Buffer): ElfFacts {
  if (bytes.length < 52 || bytes.readUInt32BE(0) !== MAGIC) wrong('it does not begin as an ELF file does');
  if (bytes[5] !== 1) wrong('it is not in the byte order of Android');
  const bits = bytes[4] === 2 ? 64 : 32;
  const abi = ABIS.get(bytes.readUInt16LE(18));
  const wide = (at: number): number => Number(bytes.readBigUInt64LE(at));
  const offset = bits === 64 ? wide(32) : bytes.readUInt32LE(28);
  const rowBytes = bytes.readUInt16LE(bits === 64 ? 54 : 42);
  const aligns: number[] = [];
  for (let index = 0; index < bytes.readUInt16LE(bits === 64 ? 56 : 44); index++) {
    const at = offset + index * rowBytes;
    const align = bits === 64 ? wide(at + 48) : bytes.readUInt32LE(at + 28);
    if (bytes.readUInt32LE(at) === LOAD) aligns.push(align);
  }
  if (aligns.length === 0) wrong('it has no segment that could be loaded');
  return { bits, ...(abi ? { abi } : {}), alignBytes: Math.min(...aligns) };
}

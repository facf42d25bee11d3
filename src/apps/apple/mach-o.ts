import { wrong } from '../fault.ts';
import { type CodeSignature, readCodeSignature } from './code-signature.ts';

/** One architecture of a binary. */
export interface MachSlice {
  /** `arm64`, `arm64e`, `armv7`, `x86_64`. */
  readonly architecture: string;
  /** What it is built for: `ios`, `ios-simulator`. */
  readonly platform?: string;
  /** The oldest system that it can run on: `15.0`. */
  readonly minimumOs?: string;
  readonly sdk?: string;
  /** As the store gives it out. */
  readonly isEncrypted: boolean;
  readonly hasBitcode: boolean;
  /** Of libraries that it is linked with: `/System/Library/Frameworks/UIKit.framework/UIKit`. */
  readonly libraries: readonly string[];
  readonly textBytes: number;
  readonly signature?: CodeSignature;
  /** Names of symbols, for those who look for some. */
  readonly hasSymbol: (name: string) => boolean;
}

const FAT = 0xcafebabe;
const FAT_64 = 0xcafebabf;
const MACH_32 = 0xfeedface;
const MACH_64 = 0xfeedfacf;
/** A class file of Java begins as a fat binary does, with its version for the count. */
const MAX_SLICES = 30;
const MAX_COMMANDS = 20_000;

const SEGMENT = 0x1;
const SEGMENT_64 = 0x19;
const SYMBOLS = 0x2;
const SIGNATURE = 0x1d;
const ENCRYPTION = 0x21;
const ENCRYPTION_64 = 0x2c;
const MINIMUM_IPHONE = 0x25;
const BUILD_VERSION = 0x32;
/** Those that have to be there, may be missing, are passed on, and so on. */
const LIBRARIES = new Set([0xc, 0x80000018, 0x8000001f, 0x20, 0x80000023]);

const PLATFORMS: ReadonlyMap<number, string> = new Map([
  [1, 'macos'],
  [2, 'ios'],
  [3, 'tvos'],
  [4, 'watchos'],
  [6, 'mac-catalyst'],
  [7, 'ios-simulator'],
  [8, 'tvos-simulator'],
  [9, 'watchos-simulator'],
  [11, 'visionos'],
  [12, 'visionos-simulator'],
]);

export function isMachO(bytes: Buffer): boolean {
  if (bytes.length < 28) return false;
  const magic = bytes.readUInt32BE(0);
  if (magic === FAT || magic === FAT_64) return bytes.readUInt32BE(4) <= MAX_SLICES;
  return [MACH_32, MACH_64].includes(bytes.readUInt32LE(0));
}

/** The architectures of a binary, fat or thin. Throws a `FormatError` for what is none or is cut. */
export function readMachO(bytes: Buffer): MachSlice[] {
  if (!isMachO(bytes)) wrong('it is no Mach-O binary');
  const magic = bytes.readUInt32BE(0);
  if (magic !== FAT && magic !== FAT_64) return [readSlice(bytes)];
  const isWide = magic === FAT_64;
  return Array.from({ length: bytes.readUInt32BE(4) }, (_, index) => {
    const at = 8 + index * (isWide ? 32 : 20);
    const [offset, length] = isWide
      ? [Number(bytes.readBigUInt64BE(at + 8)), Number(bytes.readBigUInt64BE(at + 16))]
      : [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
    if (offset + length > bytes.length) wrong('an architecture ends behind the end of the file: it was cut');
    return readSlice(bytes.subarray(offset, offset + length));
  });
}

/** A slice while its commands are read. */
interface Gathered {
  platform?: string;
  minimumOs?: string;
  sdk?: string;
  isEncrypted: boolean;
  hasBitcode: boolean;
  textBytes: number;
  libraries: string[];
  signature?: CodeSignature;
  symbols: Buffer;
}

function readSlice(bytes: Buffer): MachSlice {
  if (![MACH_32, MACH_64].includes(bytes.readUInt32LE(0))) wrong('an architecture is no Mach-O binary');
  const is64 = bytes.readUInt32LE(0) === MACH_64;
  const found: Gathered = {
    isEncrypted: false,
    hasBitcode: false,
    textBytes: 0,
    libraries: [],
    symbols: Buffer.alloc(0),
  };
  const count = bytes.readUInt32LE(16);
  if (count > MAX_COMMANDS) wrong(`it announces ${count} load commands`);
  for (let at = is64 ? 32 : 28, number = 0; number < count; number++) {
    const length = bytes.readUInt32LE(at + 4);
    if (length < 8 || at + length > bytes.length)
      wrong('a load command ends behind the end of the file: it was cut');
    readCommand(bytes, bytes.subarray(at, at + length), found);
    at += length;
  }
  const { symbols, ...facts } = found;
  return {
    architecture: architectureOf(bytes.readUInt32LE(4), bytes.readUInt32LE(8)),
    ...facts,
    hasSymbol: (name) => symbols.includes(`\0${name}\0`, 0, 'latin1'),
  };
}

function readCommand(bytes: Buffer, command: Buffer, found: Gathered): void {
  const kind = command.readUInt32LE(0);
  if (kind === SEGMENT || kind === SEGMENT_64) readSegment(command, kind === SEGMENT_64, found);
  else if (kind === BUILD_VERSION) {
    const platform = command.readUInt32LE(8);
    found.platform = PLATFORMS.get(platform) ?? `platform ${platform}`;
    found.minimumOs = versionText(command.readUInt32LE(12));
    found.sdk = versionText(command.readUInt32LE(16));
  } else if (kind === MINIMUM_IPHONE) {
    found.platform ??= 'ios';
    found.minimumOs ??= versionText(command.readUInt32LE(8));
    found.sdk ??= versionText(command.readUInt32LE(12));
  } else if (kind === ENCRYPTION || kind === ENCRYPTION_64)
    found.isEncrypted ||= command.readUInt32LE(16) !== 0;
  else if (LIBRARIES.has(kind)) found.libraries.push(textAt(command, command.readUInt32LE(8)));
  else if (kind === SYMBOLS) found.symbols = part(bytes, command.readUInt32LE(16), command.readUInt32LE(20));
  else if (kind === SIGNATURE) {
    const offset = command.readUInt32LE(8);
    found.signature = readCodeSignature(bytes, part(bytes, offset, command.readUInt32LE(12)));
  }
}

function readSegment(command: Buffer, is64: boolean, found: Gathered): void {
  const name = command.toString('latin1', 8, 24).replace(/\0.*$/s, '');
  if (name === '__LLVM') found.hasBitcode = true;
  if (name !== '__TEXT') return;
  found.textBytes = is64 ? Number(command.readBigUInt64LE(48)) : command.readUInt32LE(36);
}

function part(bytes: Buffer, offset: number, length: number): Buffer {
  if (offset + length > bytes.length) wrong('a load command points behind the end of the file: it was cut');
  return bytes.subarray(offset, offset + length);
}

function textAt(command: Buffer, offset: number): string {
  if (offset >= command.length) wrong('a name stands outside of its load command');
  const end = command.indexOf(0, offset);
  return command.toString('utf8', offset, end < 0 ? command.length : end);
}

/** Sixteen bits, then twice eight; the last part is left out where it is 0. */
function versionText(bits: number): string {
  const patch = bits & 0xff;
  return `${bits >>> 16}.${(bits >>> 8) & 0xff}${patch === 0 ? '' : `.${patch}`}`;
}

function architectureOf(type: number, subtype: number): string {
  const variant = subtype & 0xffffff;
  if (type === 0x0100000c) return variant === 2 ? 'arm64e' : 'arm64';
  if (type === 0x0200000c) return 'arm64_32';
  if (type === 0x01000007) return 'x86_64';
  if (type === 7) return 'i386';
  if (type === 12) return variant === 11 ? 'armv7s' : variant === 9 ? 'armv7' : `arm variant ${variant}`;
  return `processor ${type}`;
}

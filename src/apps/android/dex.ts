import { wrong } from '../fault.ts';
import { DexStrings, dexRows } from './dex-strings.ts';

/** What one `classes.dex` holds. */
export interface DexFacts {
  /** Of the format: `035`. */
  readonly version: string;
  /** Methods that its code names; 65536 is what one file can hold. */
  readonly methods: number;
  readonly fields: number;
  readonly types: number;
  /** Classes that are defined in it. */
  readonly classes: number;
  readonly strings: number;
}

export interface Dex extends DexFacts {
  /** Names of the defined classes: `com.example.Main`. */
  readonly classNames: readonly string[];
  /** Methods by the package of the class that they belong to. */
  readonly methodsByPackage: ReadonlyMap<string, number>;
}

const HEADER_BYTES = 0x70;
const LITTLE_ENDIAN = 0x12345678;

/** Reads the header and the tables of identifiers. Throws a `FormatError` for what is no DEX or is damaged. */
export function readDex(bytes: Buffer): Dex {
  const magic = /^dex\n(\d{3})\0$/.exec(bytes.toString('latin1', 0, 8));
  if (!magic) wrong('it does not begin as a DEX file does');
  const u32 = (at: number): number => bytes.readUInt32LE(at);
  if (bytes.length < HEADER_BYTES || u32(0x24) < HEADER_BYTES) wrong('it is shorter than its header');
  if (u32(0x28) !== LITTLE_ENDIAN) wrong('it is not in the byte order of Android');
  if (magic[1]! < '041' && u32(0x20) !== bytes.length)
    wrong(`it has ${bytes.length} bytes and announces ${u32(0x20)}`);
  if (u32(8) !== adler32(bytes.subarray(12, u32(0x20)))) wrong('it is damaged: its checksum is another');
  const strings = new DexStrings(bytes);
  return {
    version: magic[1]!,
    strings: u32(0x38),
    types: u32(0x40),
    fields: u32(0x50),
    methods: u32(0x58),
    classes: u32(0x60),
    classNames: dexRows(bytes, 'classes').map((at) => javaName(strings.type(u32(at)))),
    methodsByPackage: methodsByPackage(bytes, strings),
  };
}

function methodsByPackage(bytes: Buffer, strings: DexStrings): Map<string, number> {
  const counts = new Map<string, number>();
  for (const at of dexRows(bytes, 'methods')) {
    const name = javaName(strings.type(bytes.readUInt16LE(at)));
    const end = name.lastIndexOf('.');
    const place = end < 0 ? '' : name.slice(0, end);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  return counts;
}

/** `Lcom/example/Main;` is `com.example.Main`; arrays count as what they hold. */
function javaName(descriptor: string): string {
  const plain = descriptor.replace(/^\[+/, '');
  return plain.startsWith('L') ? plain.slice(1, -1).replaceAll('/', '.') : plain;
}

function adler32(bytes: Buffer): number {
  let [low, high] = [1, 0];
  for (let at = 0; at < bytes.length; ) {
    // So many bytes cannot carry beyond 32 bits.
    for (const end = Math.min(at + 3800, bytes.length); at < end; at++) {
      low += bytes[at]!;
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return high * 0x10000 + low;
}

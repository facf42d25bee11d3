import { wrong } from '../fault.ts';
import { chunksOf, typedValue } from './binary-xml.ts';
import { type ConfiguredValue, configsOf, type ResourceConfig, type Resources } from './resources.ts';
import { STRING_POOL, StringPool } from './string-pool.ts';

const TABLE = 0x0002;
const PACKAGE = 0x0200;
const TYPE = 0x0201;

const SPARSE = 1;
const OFFSETS_OF_16 = 2;
const COMPLEX = 1;
const COMPACT = 8;

/** Values of one type for one configuration. */
interface TypeChunk {
  readonly chunk: Buffer;
  readonly config: ResourceConfig;
}

/** Reads `resources.arsc`. Values are read when they are asked for. Throws a `FormatError` for what is none. */
export function readResourceTable(bytes: Buffer): Resources {
  if (bytes.length < 12 || bytes.readUInt16LE(0) !== TABLE) wrong('it is no table of resources');
  let strings: StringPool | undefined;
  const types = new Map<number, TypeChunk[]>();
  for (const { type, chunk } of chunksOf(bytes, bytes.readUInt16LE(2))) {
    if (type === STRING_POOL) strings ??= new StringPool(chunk);
    else if (type === PACKAGE) addPackage(types, chunk);
  }
  const pool = strings ?? wrong('a table of resources has no strings');
  const all = [...types.values()].flat();
  return {
    lookup: (id) => (types.get(id >>> 16) ?? []).flatMap((each) => valueIn(each, id & 0xffff, pool)),
    ...configsOf(all.map(({ config }) => config)),
  };
}

/** By the upper half of an id: package and type. */
function addPackage(types: Map<number, TypeChunk[]>, bytes: Buffer): void {
  const packageId = bytes.readUInt32LE(8) & 0xff;
  for (const { type, chunk } of chunksOf(bytes, bytes.readUInt16LE(2))) {
    if (type !== TYPE) continue;
    const key = packageId * 0x100 + chunk.readUInt8(8);
    const known = types.get(key) ?? [];
    known.push({ chunk, config: readConfig(chunk.subarray(20)) });
    types.set(key, known);
  }
}

function valueIn({ chunk, config }: TypeChunk, entry: number, strings: StringPool): ConfiguredValue[] {
  const offset = entryOffset(chunk, entry);
  if (offset === undefined) return [];
  const at = chunk.readUInt32LE(16) + offset;
  const flags = chunk.readUInt16LE(at + 2);
  if (flags & COMPACT) {
    return [{ config, value: typedValue(flags >>> 8, chunk.readUInt32LE(at + 4), strings) }];
  }
  if (flags & COMPLEX) return [];
  const from = at + chunk.readUInt16LE(at);
  return [{ config, value: typedValue(chunk.readUInt8(from + 3), chunk.readUInt32LE(from + 4), strings) }];
}

/** Below where the entries begin; `undefined` where the configuration has no such entry. */
function entryOffset(chunk: Buffer, entry: number): number | undefined {
  const flags = chunk.readUInt8(9);
  const count = chunk.readUInt32LE(12);
  const rows = chunk.readUInt16LE(2);
  if (flags & SPARSE) {
    for (let index = 0; index < count; index++) {
      if (chunk.readUInt16LE(rows + 4 * index) === entry) return chunk.readUInt16LE(rows + 4 * index + 2) * 4;
    }
    return undefined;
  }
  if (entry >= count) return undefined;
  if (flags & OFFSETS_OF_16) {
    const offset = chunk.readUInt16LE(rows + 2 * entry);
    return offset === 0xffff ? undefined : offset * 4;
  }
  const offset = chunk.readUInt32LE(rows + 4 * entry);
  return offset === 0xffffffff ? undefined : offset;
}

/** `ResTable_config`, whose size has grown with Android. */
function readConfig(bytes: Buffer): ResourceConfig {
  const sizeBytes = bytes.readUInt32LE(0);
  if (sizeBytes < 16 || sizeBytes > bytes.length) wrong(`a configuration has ${sizeBytes} bytes`);
  const config = bytes.subarray(0, sizeBytes);
  const script = sizeBytes >= 40 ? asciiOf(config.subarray(36, 40)) : '';
  const parts = [packedCode(config, 8, 'a'), script, packedCode(config, 10, '0')];
  return {
    locale: parts.filter((part) => part !== '').join('-'),
    density: config.readUInt16LE(14),
    isDefault: config.subarray(4).every((byte) => byte === 0),
  };
}

/** Two letters, or three packed into 15 bits, counted from `base`. */
function packedCode(bytes: Buffer, at: number, base: string): string {
  const [first, second] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  if ((first & 0x80) === 0) return asciiOf(bytes.subarray(at, at + 2));
  const codes = [second & 0x1f, ((second & 0xe0) >> 5) + ((first & 0x03) << 3), (first & 0x7c) >> 2];
  return codes.map((code) => String.fromCharCode(code + base.charCodeAt(0))).join('');
}

function asciiOf(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[^0-9A-Za-z]/g, '');
}

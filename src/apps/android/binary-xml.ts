import { wrong } from '../fault.ts';
import { STRING_POOL, StringPool } from './string-pool.ts';
import { attributeName, MAX_XML_DEPTH, type OpenElement, type XmlElement, type XmlValue } from './xml.ts';

const XML = 0x0003;
const RESOURCE_MAP = 0x0180;
const START_ELEMENT = 0x0102;
const END_ELEMENT = 0x0103;
const TEXT = 0x0104;
const MAX_TEXT = 1 << 16;
const NODE_HEADER_BYTES = 16;

const REFERENCE = 0x01;
const STRING = 0x03;
const DYNAMIC_REFERENCE = 0x07;
const BOOLEAN = 0x12;
const FIRST_INTEGER = 0x10;
const LAST_INTEGER = 0x1f;

export function isBinaryXml(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readUInt16LE(0) === XML && bytes.readUInt16LE(2) === 8;
}

/** The root of a compiled XML file, as aapt2 writes the manifest into an APK. Throws a `FormatError` for what is none. */
export function readBinaryXml(bytes: Buffer): XmlElement {
  if (!isBinaryXml(bytes)) wrong('it is not compiled XML');
  const top: OpenElement = { name: '', attributes: new Map(), children: [], text: '' };
  const open: OpenElement[] = [top];
  let strings: StringPool | undefined;
  let ids: readonly number[] = [];
  for (const { type, chunk } of chunksOf(bytes, 8)) {
    if (type === STRING_POOL) strings ??= new StringPool(chunk);
    else if (type === RESOURCE_MAP) ids = idsOf(chunk);
    else if (type === START_ELEMENT) {
      if (!strings) wrong('an element comes before the strings');
      const element = readElement(chunk, strings, ids);
      open.at(-1)!.children.push(element);
      open.push(element);
      if (open.length > MAX_XML_DEPTH) wrong(`its elements are nested deeper than ${MAX_XML_DEPTH}`);
    } else if (type === TEXT && strings)
      addText(open.at(-1)!, strings.at(chunk.readUInt32LE(NODE_HEADER_BYTES)));
    else if (type === END_ELEMENT && open.length > 1) open.pop();
  }
  const [root] = top.children;
  if (!root || top.children.length > 1 || open.length !== 1) wrong('it has no single root that is closed');
  return root;
}

function addText(element: OpenElement, text: string): void {
  element.text += text;
  if (element.text.length > MAX_TEXT) wrong('an element holds more text than is read');
}

export interface Chunk {
  readonly type: number;
  /** With its header. */
  readonly chunk: Buffer;
  readonly offset: number;
}

/** The chunks of resources from a place on, one behind the other. */
export function* chunksOf(bytes: Buffer, from: number): Generator<Chunk> {
  for (let at = from; at < bytes.length; ) {
    const sizeBytes = bytes.readUInt32LE(at + 4);
    const headerBytes = bytes.readUInt16LE(at + 2);
    if (sizeBytes < 8 || headerBytes > sizeBytes || at + sizeBytes > bytes.length)
      wrong(`a chunk at byte ${at} has the size ${sizeBytes}`);
    yield { type: bytes.readUInt16LE(at), chunk: bytes.subarray(at, at + sizeBytes), offset: at };
    at += sizeBytes;
  }
}

function idsOf(chunk: Buffer): number[] {
  const from = chunk.readUInt16LE(2);
  return Array.from({ length: Math.floor((chunk.length - from) / 4) }, (_, index) =>
    chunk.readUInt32LE(from + 4 * index),
  );
}

function readElement(chunk: Buffer, strings: StringPool, ids: readonly number[]): OpenElement {
  const at = NODE_HEADER_BYTES;
  const attributes = new Map<string, XmlValue>();
  const first = at + chunk.readUInt16LE(at + 8);
  const sizeBytes = chunk.readUInt16LE(at + 10);
  if (sizeBytes < 20) wrong(`attributes of ${sizeBytes} bytes`);
  for (let index = 0; index < chunk.readUInt16LE(at + 12); index++) {
    const [name, value] = readAttribute(chunk.subarray(first + index * sizeBytes), strings, ids);
    attributes.set(name, value);
  }
  return { name: strings.at(chunk.readUInt32LE(at + 4)), attributes, children: [], text: '' };
}

function readAttribute(bytes: Buffer, strings: StringPool, ids: readonly number[]): [string, XmlValue] {
  const nameIndex = bytes.readUInt32LE(4);
  const name = attributeName(ids[nameIndex] ?? 0, strings.at(bytes.readUInt32LE(0)), strings.at(nameIndex));
  return [name, typedValue(bytes.readUInt8(15), bytes.readUInt32LE(16), strings)];
}

/** A value as XML files and tables of resources hold it. */
export function typedValue(type: number, bits: number, strings: StringPool): XmlValue {
  if (type === STRING) return { kind: 'text', text: strings.at(bits) };
  if (type === BOOLEAN) return { kind: 'boolean', value: bits !== 0 };
  if (type === REFERENCE || type === DYNAMIC_REFERENCE) return { kind: 'reference', id: bits };
  if (type >= FIRST_INTEGER && type <= LAST_INTEGER) return { kind: 'integer', value: bits | 0 };
  return { kind: 'other' };
}

import { chunksOf, STRING_POOL, StringPool } from '../../apps/index.ts';
import type { Archive, ArchiveMember } from './archive.ts';
import { lineText, whole } from './whole.ts';

/** Of Android's compiled resources (`resources.arsc`) and compiled XML. */
const TABLE = 0x0002;
const XML = 0x0003;
const PACKAGE = 0x0200;
const CHUNK_HEAD_BYTES = 8;

/** Pools of strings as texts, every other chunk as its bytes, in their order. */
export function resourceParts(bytes: Buffer, limitBytes: number): Archive | undefined {
  if (bytes.length < CHUNK_HEAD_BYTES) return undefined;
  const type = bytes.readUInt16LE(0);
  if ((type !== TABLE && type !== XML) || bytes.readUInt32LE(4) !== bytes.length) return undefined;
  const members = whole(() => chunksIn(bytes, '', limitBytes));
  return members && { format: 'resources', fields: new Map(), members, isPartial: true };
}

function chunksIn(bytes: Buffer, prefix: string, limitBytes: number): ArchiveMember[] {
  const members: ArchiveMember[] = [];
  let number = 1;
  for (const { type, chunk } of chunksOf(bytes, bytes.readUInt16LE(2))) {
    const name = `${prefix}${nameOf(type)} ${number++}`;
    if (type === PACKAGE) members.push(...chunksIn(chunk, `${name}/`, limitBytes));
    else
      members.push({
        name,
        fields: new Map(),
        content: type === STRING_POOL ? lineText(new StringPool(chunk).all(), limitBytes) : chunk,
      });
  }
  return members;
}

function nameOf(type: number): string {
  const names: Readonly<Record<number, string>> = {
    1: 'strings',
    384: 'attribute ids',
    258: 'element',
    259: 'end of element',
    512: 'package',
    513: 'values',
    514: 'type',
  };
  return names[type] ?? `chunk 0x${type.toString(16)}`;
}

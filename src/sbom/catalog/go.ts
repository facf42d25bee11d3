import type { Found, FoundPackage } from './found.ts';

/** `\xff Go buildinf:`, at a place that 16 divides (debug/buildinfo of Go). */
export const GO_MAGIC = Buffer.from('ff20476f206275696c64696e663a', 'hex');
const HEADER_BYTES = 32;
const INLINE_STRINGS = 2;
/** A module list that is longer than this is none. */
export const MAX_GO_INFO_BYTES = 16 * 2 ** 20;
const SENTINEL_BYTES = 16;

export type GoInfo =
  | { readonly kind: 'none' }
  /** More bytes have to be seen first. */
  | { readonly kind: 'short' }
  /** Go before 1.18, whose strings lie elsewhere in the program. */
  | { readonly kind: 'old' }
  | { readonly kind: 'read'; readonly version: string; readonly modules: string };

/** What stands at a magic word, which is the start of `bytes`. */
export function goInfoAt(bytes: Buffer): GoInfo {
  if (bytes.length < HEADER_BYTES) return { kind: 'short' };
  if ((bytes[15]! & INLINE_STRINGS) === 0) {
    const pointerBytes = bytes[14]!;
    return { kind: pointerBytes === 4 || pointerBytes === 8 ? 'old' : 'none' };
  }
  const version = stringAt(bytes, HEADER_BYTES);
  if (typeof version === 'string') return { kind: version as 'none' | 'short' };
  const text = version.bytes.toString('utf8');
  if (!/^(devel )?go\d/.test(text)) return { kind: 'none' };
  const modules = stringAt(bytes, version.end);
  if (typeof modules === 'string') return { kind: modules as 'none' | 'short' };
  const inner = modules.bytes.subarray(SENTINEL_BYTES, -SENTINEL_BYTES);
  return { kind: 'read', version: text, modules: inner.toString('utf8') };
}

/** A length as a varint, then so many bytes. */
function stringAt(
  bytes: Buffer,
  start: number,
): { readonly bytes: Buffer; readonly end: number } | 'none' | 'short' {
  let length = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    if (shift > 28) return 'none';
    const byte = bytes[at++];
    if (byte === undefined) return 'short';
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  if (length > MAX_GO_INFO_BYTES) return 'none';
  if (at + length > bytes.length) return 'short';
  return { bytes: bytes.subarray(at, at + length), end: at + length };
}

/** The modules that a program of Go is made of, its standard library as the one called `stdlib`. */
export function goPackages({ version, modules }: Extract<GoInfo, { kind: 'read' }>): readonly Found[] {
  const dependencies: FoundPackage[] = [];
  let main: FoundPackage | undefined;
  for (const line of modules.split('\n')) {
    const [word, name = '', moduleVersion = ''] = line.split('\t');
    const one = modulePackage(name, moduleVersion);
    if (word === 'mod') main = one;
    else if (word === 'dep' && one) dependencies.push(one);
    else if (word === '=>' && one) dependencies.splice(-1, 1, one);
  }
  const [release] = /\d+\.\d+(\.\d+)?((rc|beta)\d+)?/.exec(version) ?? [];
  const library = release === undefined ? [] : [modulePackage('stdlib', release)!];
  const all = [...dependencies, ...library];
  const needs = all.map(({ name }) => name);
  return main ? [{ ...main, needs }, ...all] : all;
}

function modulePackage(name: string, version: string): FoundPackage | undefined {
  if (!/^[\x21-\x7e]+$/.test(name) || !/^[\x21-\x7e]+$/.test(version)) return undefined;
  return { kind: 'package', ecosystem: 'Go', name, version };
}

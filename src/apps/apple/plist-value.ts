/** A value of a property list. Numbers beyond 2^53 are `bigint`; `PlistUid` is of archives of objects alone. */
export type PlistValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Buffer
  | PlistUid
  | readonly PlistValue[]
  | PlistDict;

export type PlistDict = ReadonlyMap<string, PlistValue>;

export class PlistUid {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Deeper than any list of an app; more would exhaust the stack of whoever walks it. */
export const MAX_PLIST_DEPTH = 64;
/** More values than any list of an app holds. In the binary form, few bytes can mean many of them. */
export const MAX_PLIST_VALUES = 500_000;

export function textIn(dict: PlistDict | undefined, key: string): string | undefined {
  const value = dict?.get(key);
  return typeof value === 'string' ? value : undefined;
}

export function dictIn(dict: PlistDict | undefined, key: string): PlistDict | undefined {
  const value = dict?.get(key);
  return value instanceof Map ? value : undefined;
}

export function listIn(dict: PlistDict | undefined, key: string): readonly PlistValue[] {
  const value = dict?.get(key);
  return Array.isArray(value) ? value : [];
}

export function textsIn(dict: PlistDict | undefined, key: string): readonly string[] {
  return listIn(dict, key).filter((each) => typeof each === 'string');
}

/** As JSON has it: data in Base64, dates in ISO 8601, large numbers as text. */
export function plistJson(value: PlistValue): unknown {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, each]) => [key, plistJson(each)]));
  if (Array.isArray(value)) return value.map(plistJson);
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? String(value) : value;
}

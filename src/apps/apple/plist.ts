import { wrong } from '../fault.ts';
import { isBinaryPlist, readBinaryPlist } from './plist-binary.ts';
import type { PlistDict, PlistValue } from './plist-value.ts';
import { readXmlPlist } from './plist-xml.ts';

/** Reads a property list in either form. Throws a `FormatError` for what is none. */
export function readPlist(bytes: Buffer): PlistValue {
  return isBinaryPlist(bytes) ? readBinaryPlist(bytes) : readXmlPlist(bytes);
}

/** Of a list that has to be a dictionary, as those of apps are. */
export function readPlistDict(bytes: Buffer): PlistDict {
  const value = readPlist(bytes);
  return value instanceof Map ? value : wrong('it is a property list, but no dictionary');
}

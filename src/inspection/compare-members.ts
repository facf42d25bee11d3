import { shownBytes } from './byte-text.ts';
import type { LayerMember } from './layer-listing.ts';

/** A field with its value on both sides, as people read it; absent where a side has none. */
export interface FieldChange {
  readonly field: string;
  readonly a?: string;
  readonly b?: string;
}

export interface MemberChange {
  readonly change: 'added' | 'removed' | 'changed';
  /** Escaped as `shownBytes` tells. */
  readonly path: string;
  /** Of what was added or removed, all; of what changed, the changed ones. */
  readonly fields: readonly FieldChange[];
  /** Where two files begin to differ. */
  readonly where?: ContentDifference;
}

/** The first difference of two files: in a text by line and column, from 1; otherwise by offset, from 0. */
export type ContentDifference =
  | {
      readonly kind: 'text';
      readonly line: number;
      readonly column: number;
      readonly a: string;
      readonly b: string;
    }
  | { readonly kind: 'bytes'; readonly offset: number };

type Fields = ReadonlyMap<string, string>;

/** What engines make of a folder that no layer states. */
const UNSTATED_FOLDER = { type: 'directory', mode: '0755', uid: '0', gid: '0' } as const;

/** What an engine makes of a member: its file in the root. */
export function fileFields(member: LayerMember | undefined, hardLink: string | undefined): Fields {
  const fields = new Map<string, string>();
  if (!member) return new Map(Object.entries(UNSTATED_FOLDER));
  fields.set('type', member.kind);
  if (member.kind !== 'symlink') fields.set('mode', octal(member.mode));
  fields.set('uid', String(member.uid)).set('gid', String(member.gid));
  if (member.kind === 'file') fields.set('size', String(member.sizeBytes));
  fields.set('mtime', timeText(member.mtime));
  if (member.kind === 'symlink') fields.set('target', shownBytes(member.target));
  if (member.device !== undefined) fields.set('device', member.device);
  if (member.digest !== undefined) fields.set('content', `sha256:${member.digest}`);
  if (hardLink !== undefined) fields.set('hard link with', shownBytes(hardLink));
  for (const [name, value] of Object.entries(member.xattrs ?? {}))
    fields.set(`xattr ${shownBytes(name)}`, xattrText(value));
  return fields;
}

/** All that a member's headers say in the archive. */
export function memberFields(member: LayerMember): Fields {
  const fields = new Map(fileFields(member, undefined));
  if (member.kind === 'symlink') fields.set('mode', octal(member.mode));
  if (member.kind === 'hardlink') fields.set('target', shownBytes(member.target));
  fields.set('user name', shownBytes(member.userName)).set('group name', shownBytes(member.groupName));
  for (const [key, value] of Object.entries(member.records ?? {}))
    fields.set(`pax ${shownBytes(key)}`, shownBytes(value));
  return fields;
}

/** Fields that differ; of a member that another kind took the place of, those of the other kind are told too. */
export function changedFields(a: Fields, b: Fields): FieldChange[] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((field) => a.get(field) !== b.get(field))
    .map((field) => ({ field, ...side('a', a.get(field)), ...side('b', b.get(field)) }));
}

export function allFields(which: 'a' | 'b', fields: Fields): FieldChange[] {
  return [...fields].map(([field, value]) => ({ field, ...side(which, value) }));
}

function side(which: 'a' | 'b', value: string | undefined): { a?: string; b?: string } {
  return value === undefined ? {} : { [which]: value };
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

/** RFC 3339 with the decimals that are stored; seconds where the calendar does not reach. */
function timeText(mtime: string): string {
  const [whole = '', decimals] = mtime.split('.');
  const ms = Number(whole) * 1000;
  if (Math.abs(ms) > 8.64e15) return mtime;
  const rest = decimals === undefined ? '' : `.${decimals}`;
  return new Date(ms).toISOString().replace(/\.000Z$/, `${rest}Z`);
}

/** As text where it is one, otherwise in hexadecimal figures. */
function xattrText(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return JSON.stringify(value);
  return `0x${Buffer.from(value, 'latin1').toString('hex')}`;
}

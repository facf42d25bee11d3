import { shownBytes } from '../../inspection/index.ts';
import type { Place } from '../model.ts';
import type { Comparison } from './compare-contents.ts';

/** Something below a folder: of the disk, or of a tree in a store. */
export interface Entry {
  readonly kind: 'file' | 'symlink' | 'directory';
  readonly isExecutable: boolean;
  /** Of a link. */
  readonly target: string;
  /** Equal where contents are known to be; two that are not known never are. */
  readonly digest: string | undefined;
  readonly sizeBytes: number;
  /** `undefined` when it is gone. */
  read(): Buffer | undefined;
}

/** What lies below a folder, by relative path. */
export type Entries = ReadonlyMap<string, Entry>;

/** Larger files are told by their size alone. */
const MAX_FILE_BYTES = 1.5 * 2 ** 30;

/** Compares two folders, or two files (`''` is their only path). */
export async function compareEntries(
  comparison: Comparison,
  place: Place,
  a: Entries,
  b: Entries,
): Promise<void> {
  for (const path of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const below = path === '' ? place : [...place, shownBytes(Buffer.from(path).toString('latin1'))];
    const [one, two] = [a.get(path), b.get(path)];
    if (one && two) await compareEntry(comparison, below, one, two);
    else if (one) addSingle(comparison, below, { side: 'a', entry: one, isTold: isBelowAbsent(path, b) });
    else addSingle(comparison, below, { side: 'b', entry: two!, isTold: isBelowAbsent(path, a) });
  }
}

function addSingle(
  comparison: Comparison,
  place: Place,
  { side, entry, isTold }: { readonly side: 'a' | 'b'; readonly entry: Entry; readonly isTold: boolean },
): void {
  const bytes = entry.kind === 'file' && entry.sizeBytes <= MAX_FILE_BYTES ? entry.read() : undefined;
  if (bytes) comparison.consequences.addOne(side, bytes);
  if (!isTold) comparison.add({ kind: 'only', place, side, what: entry.kind });
}

/** Of a folder that one side lacks, its files need not be told. */
function isBelowAbsent(path: string, other: Entries): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  return parent !== '' && !other.has(parent);
}

async function compareEntry(comparison: Comparison, place: Place, a: Entry, b: Entry): Promise<void> {
  if (a.kind !== b.kind) return comparison.add({ kind: 'field', place, field: 'type', a: a.kind, b: b.kind });
  comparison.fields(place, fieldsOf(a), fieldsOf(b));
  if (a.kind !== 'file' || b.kind !== 'file') return;
  if (a.digest !== undefined && a.digest === b.digest) return;
  if (Math.max(a.sizeBytes, b.sizeBytes) > MAX_FILE_BYTES) {
    comparison.add({
      kind: 'unread',
      place,
      why: `too large to be looked into: ${a.sizeBytes} and ${b.sizeBytes} bytes`,
    });
    return;
  }
  const [one, two] = [a.read(), b.read()];
  if (one && two) await comparison.contents(place, one, two);
  else comparison.add({ kind: 'unread', place, why: 'it is gone since it was built' });
}

function fieldsOf({ kind, isExecutable, target }: Entry): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  if (kind === 'file') fields.set('executable', isExecutable ? 'yes' : 'no');
  if (kind === 'symlink') fields.set('target', target);
  return fields;
}

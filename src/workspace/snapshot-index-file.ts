import type { Diagnostic } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { indexNotSaved } from './snapshot-diagnostics.ts';
import { applyJournal, decodeJournal, encodeJournal, type SnapshotJournal } from './snapshot-journal.ts';
import { decodeStatIndex, encodeStatIndex, identityOf, type StatIndex } from './stat-index.ts';

const FOLDER = 'build-cache';
export const INDEX = `${FOLDER}/source-index`;
const JOURNAL = `${INDEX}.changes`;
const PROBE = `${FOLDER}/source-index.clock`;

/** The file system's clock at one moment. */
export interface Probe {
  readonly stampMs: number;
  readonly device: number;
}

/** Where nothing can be written, nothing is before this: no stat vouches for anything. */
const NO_PROBE: Probe = { stampMs: -1, device: -1 };

/** Writes a file to see what time the file system gives it; our own clock may be another. */
export function probeClock(fs: FileSystem, root: string): Probe {
  try {
    fs.makeDirectory(`${root}/${FOLDER}`);
    fs.writeFile(`${root}/${PROBE}`, '.');
    const stat = fs.lstat(`${root}/${PROBE}`);
    return stat ? { stampMs: Math.min(stat.mtimeMs, stat.ctimeMs), device: stat.device } : NO_PROBE;
  } catch (error) {
    if (isSystemError(error)) return NO_PROBE;
    throw error;
  }
}

export interface LoadedIndex {
  readonly index: StatIndex;
  /** Of the file that was written as a whole. */
  readonly base: string;
  readonly journal: SnapshotJournal | undefined;
}

/** The last run's index; `undefined` where there is none that can be read. */
export function loadIndex(fs: FileSystem, root: string): LoadedIndex | undefined {
  try {
    const bytes = fs.readFile(`${root}/${INDEX}`);
    const index = decodeStatIndex(bytes);
    if (!index) return undefined;
    const base = identityOf(bytes);
    const text = fs.readTextIfExists(`${root}/${JOURNAL}`);
    const found = text === undefined ? undefined : decodeJournal(text);
    const journal = found?.base === base ? found : undefined;
    return { index: journal ? applyJournal(index, journal) : index, base, journal };
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

/** Writes down what changed beside the index; false when the whole has to be written. */
export function saveJournal(fs: FileSystem, root: string, journal: SnapshotJournal): boolean {
  const text = encodeJournal(journal);
  if (text === undefined) return false;
  try {
    fs.replaceFile(`${root}/${JOURNAL}`, text);
    return true;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

/** A failure is a warning: it costs the next run's time, not the build. */
export function saveIndex(fs: FileSystem, root: string, index: StatIndex): Diagnostic[] {
  try {
    fs.replaceFile(`${root}/${INDEX}`, encodeStatIndex(index));
    return [];
  } catch (error) {
    if (isSystemError(error)) return [indexNotSaved(INDEX, error)];
    throw error;
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}

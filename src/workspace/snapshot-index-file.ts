import type { Diagnostic } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { indexNotSaved } from './snapshot-diagnostics.ts';
import { decodeStatIndex, encodeStatIndex, type StatIndex } from './stat-index.ts';

const FOLDER = 'build-cache';
const INDEX = `${FOLDER}/source-index`;
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

/** The last run's index; `undefined` where there is none that can be read. */
export function loadIndex(fs: FileSystem, root: string): StatIndex | undefined {
  try {
    return decodeStatIndex(fs.readFile(`${root}/${INDEX}`));
  } catch (error) {
    if (isSystemError(error)) return undefined;
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

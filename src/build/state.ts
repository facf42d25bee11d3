import { join } from 'node:path';
import type { FileSystem } from '../host/index.ts';
import type { Observations } from './observations.ts';

/** What the last builds of a workspace left, in `build-cache/state.json`. Losing it costs time, never correctness. */
export interface BuildState {
  readonly version: 1;
  targets: Record<string, TargetMemo>;
  /** Expected durations of actions by id, in milliseconds. */
  durations: Record<string, number>;
  /** Resolved host facts by the digest of what they follow from. */
  facts: Record<string, string>;
}

export interface TargetMemo {
  readonly key: string;
  readonly observations: Observations;
  /** `hash/size` of the root that other targets see. */
  readonly exports: string;
  readonly artifacts: readonly ArtifactMemo[];
  readonly actions: number;
}

export interface ArtifactMemo {
  readonly name: string;
  readonly type: string;
  /** Relative to `dist/`. */
  readonly path: string;
  /** `hash/size` of the tree; for `isFile`, of the tree with that one file. */
  readonly root: string;
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** SHA-256 of the file, or of the folder's canonical tree. */
  readonly sha256: string;
  /** Files in `dist/` as they were written. */
  readonly written: readonly WrittenEntry[];
}

/** Path below the artifact (`''` for itself) and the stat after it was written. */
export type WrittenEntry = readonly [path: string, stamp: string];

export function readState(fs: FileSystem, root: string): BuildState {
  try {
    const text = fs.readTextIfExists(statePath(root));
    const state = text === undefined ? undefined : (JSON.parse(text) as BuildState);
    if (state?.version === 1) return state;
  } catch {
    // A damaged state is as good as none.
  }
  return { version: 1, targets: {}, durations: {}, facts: {} };
}

export function writeState(fs: FileSystem, root: string, state: BuildState): void {
  fs.makeDirectory(join(root, 'build-cache'));
  fs.replaceFile(statePath(root), JSON.stringify(state));
}

function statePath(root: string): string {
  return join(root, 'build-cache', 'state.json');
}

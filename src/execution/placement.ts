import { join } from 'node:path';
import type { Tree } from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import type { FileSystem } from '../host/index.ts';
import { type StagedStats, stagedStats } from './capture.ts';
import type { ReadyAction } from './executor.ts';
import type { OverlayLayers, SandboxMount } from './launcher.ts';
import { type Layer, PRIVATE_FOLDERS, type Slot } from './slot.ts';
import type { StagedTrees } from './staged-trees.ts';
import { stageTree } from './staging.ts';

/** Where an action's trees lie on the host while it runs. */
export interface Placement {
  readonly mounts: readonly SandboxMount[];
  /** Overlay: the upper layer that holds what changed. Copy: the folder itself, with the stats of the untouched copy. */
  readonly captured: { readonly upper: string } | { readonly folder: string; readonly staged: StagedStats };
}

export interface PlacementOptions {
  readonly fs: FileSystem;
  readonly cas: Cas;
  readonly trees: StagedTrees;
  /** The store's folder; everything staged lies below it. */
  readonly store: string;
}

/** Mounts for the sandbox: overlays over staged trees, or copies where the action asks for one. */
export function placeInNamespaces(options: PlacementOptions, action: ReadyAction, slot: Slot): Placement {
  const { trees } = options;
  const mounts: SandboxMount[] = [];
  let captured: Placement['captured'];
  if (action.planned.staging === 'copy') {
    captured = copyWork(options, action.work, slot);
    mounts.push({ at: '/w', from: captured.folder, readOnly: false });
  } else {
    const layer = slot.layer();
    captured = { upper: layer.upper };
    mounts.push({ at: '/w', overlay: overlayOf(options, action.work, layer) });
  }
  for (const { at, tree, access } of action.mounts) {
    if (access === 'read-only') mounts.push({ at, from: trees.path(tree), readOnly: true });
    else mounts.push({ at, overlay: overlayOf(options, tree, slot.layer()) });
  }
  for (const { at, hostPath } of action.planned.programs ?? [])
    mounts.push({ at, from: hostPath, readOnly: true });
  for (const [name, at] of PRIVATE_FOLDERS)
    mounts.push({ at, from: join(slot.folder, name), readOnly: false });
  return { mounts, captured };
}

/** Without namespaces every tree is a copy at its own place below the slot's folder. */
export function placeCopies(options: PlacementOptions, action: ReadyAction, slot: Slot): Placement {
  const { fs } = options;
  const captured = copyWork(options, action.work, slot);
  for (const { at, tree } of action.mounts) {
    const path = join(slot.folder, at);
    fs.remove(path);
    fs.makeDirectory(parentOf(path));
    stageTree(options, tree, path, 'copy');
  }
  for (const { at, hostPath } of action.planned.programs ?? []) {
    fs.makeDirectory(parentOf(join(slot.folder, at)));
    fs.symlink(hostPath, join(slot.folder, at));
  }
  return { mounts: [], captured };
}

function copyWork(
  options: PlacementOptions,
  work: Tree,
  slot: Slot,
): { folder: string; staged: StagedStats } {
  const folder = join(slot.folder, 'w');
  stageTree(options, work, folder, 'copy');
  return { folder, staged: stagedStats(options.fs, work, folder) };
}

/** Relative to the store, so that no character of its path can be taken for an overlay option; what is not below it is in memory. */
function overlayOf({ store, trees }: PlacementOptions, tree: Tree, { upper, work }: Layer): OverlayLayers {
  const relative = (path: string): string =>
    path.startsWith(`${store}/`) ? path.slice(store.length + 1) : path;
  return { in: store, lower: relative(trees.path(tree)), upper: relative(upper), work: relative(work) };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

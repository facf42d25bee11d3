import { join } from 'node:path';
import type { FileSystem } from '../host/index.ts';

/** An overlay's own two folders. */
export interface Layer {
  readonly upper: string;
  readonly work: string;
}

/** Private folders of an action, by the place where it sees them. */
export const PRIVATE_FOLDERS = [
  ['tmp', '/tmp'],
  ['home', '/home'],
  ['shm', '/dev/shm'],
] as const;

/**
 * The folders that one action at a time uses. They are emptied and used again, since on a disk the making and removing of
 * folders costs more than everything else that a small action needs.
 */
export class Slot {
  readonly folder: string;
  readonly log: string;
  /** An action left an ACL or the like on a folder itself, or may have: the slot is not to be used again. */
  isMarked = false;
  readonly #fs: FileSystem;
  readonly #layers: Layer[] = [];
  #usedLayers = 0;

  constructor(fs: FileSystem, folder: string) {
    this.#fs = fs;
    this.folder = folder;
    this.log = join(folder, 'log');
    for (const [name] of PRIVATE_FOLDERS) fs.makeDirectory(join(folder, name), 0o700);
  }

  /** The next unused overlay layer. */
  layer(): Layer {
    const index = this.#usedLayers++;
    const known = this.#layers[index];
    if (known) return known;
    const layer = { upper: join(this.folder, `upper${index}`), work: join(this.folder, `work${index}`) };
    this.#fs.makeDirectory(layer.upper, 0o755);
    this.#fs.makeDirectory(layer.work, 0o755);
    this.#layers.push(layer);
    return layer;
  }

  /** Ready for the next action; false when it cannot be made so, and the slot is to be thrown away. */
  clean(): boolean {
    if (this.isMarked) return false;
    try {
      for (const layer of this.#layers.slice(0, this.#usedLayers)) {
        this.#empty(layer.upper, 0o755);
        this.#empty(layer.work, 0o755);
      }
      for (const [name] of PRIVATE_FOLDERS) this.#empty(join(this.folder, name), 0o700);
      for (const name of ['w', 'deps', 'tools']) this.#fs.remove(join(this.folder, name));
      if (this.#fs.lstat(this.log)) this.#fs.unlink(this.log);
      this.#usedLayers = 0;
      return true;
    } catch {
      return false;
    }
  }

  #empty(path: string, mode: number): void {
    if (this.#fs.lstat(path)?.mode !== mode) this.#fs.chmod(path, mode);
    for (const { name } of this.#fs.readDirectory(path)) this.#fs.remove(join(path, name));
  }
}

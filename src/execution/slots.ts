import { join } from 'node:path';
import type { FileSystem } from '../host/index.ts';
import { Slot } from './slot.ts';

/** The slots of one place, each for one action at a time. */
export class Slots {
  readonly #fs: FileSystem;
  readonly #folder: string;
  readonly #resting: Slot[] = [];
  #count = 0;

  constructor(fs: FileSystem, folder: string) {
    this.#fs = fs;
    this.#folder = folder;
  }

  /** The kernel still takes down the mounts of an action when it has ended, so a slot rests before it is emptied. */
  take(): Slot {
    while (this.#resting.length > RESTING_SLOTS) {
      const slot = this.#resting.shift()!;
      if (slot.clean()) return slot;
      this.#fs.remove(slot.folder);
    }
    return new Slot(this.#fs, join(this.#folder, `a${this.#count++}`));
  }

  /** What is `spoilt` is emptied at once: a failed action may have filled the disk. */
  giveBack(slot: Slot, isSpoilt: boolean): void {
    if (!isSpoilt || slot.clean()) this.#resting.push(slot);
    else this.#fs.remove(slot.folder);
  }
}

const RESTING_SLOTS = 8;

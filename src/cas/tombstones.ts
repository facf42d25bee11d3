import type { StoreFiles } from './store-files.ts';

/** More are of no use to a person who asks why something ran again. */
const MAX_TOMBSTONES = 5000;

/** Which results `gc` removed and when: lines `<action hash> <milliseconds>`, the newest last. */
export class Tombstones {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  add(actionHashes: readonly string[], atMs: number): void {
    if (actionHashes.length === 0) return;
    const lines = [...this.#lines(), ...actionHashes.map((hash) => `${hash} ${atMs}`)];
    this.#files.fs.makeDirectory(this.#files.root);
    this.#files.fs.replaceFile(this.#path, `${lines.slice(-MAX_TOMBSTONES).join('\n')}\n`);
  }

  evictedAtMs(actionHash: string): number | undefined {
    const line = this.#lines().findLast((each) => each.startsWith(`${actionHash} `));
    const atMs = line === undefined ? undefined : Number(line.slice(actionHash.length + 1));
    return Number.isFinite(atMs) ? atMs : undefined;
  }

  #lines(): string[] {
    const text = this.#files.fs.readTextIfExists(this.#path) ?? '';
    return text.split('\n').filter((line) => line !== '');
  }

  get #path(): string {
    return `${this.#files.root}/evicted`;
  }
}

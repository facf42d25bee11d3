import { hasCode, type StoreFiles } from './store-files.ts';

/** `damage`: found by chance, at a read. */
export type Remover = 'gc' | 'clear' | 'verify' | 'damage';

export interface Removal {
  readonly by: Remover;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/** More are of no use to a person who asks why something ran again. */
const MAX_TOMBSTONES = 5000;

/**
 * Which results and blobs were removed, when and by what: lines `<hash> <milliseconds> <by>`, the newest last. A result
 * that comes back takes its own away (a line that ends with `back`).
 */
export class Tombstones {
  readonly #files: StoreFiles;
  #known: Map<string, Removal> | undefined;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  add(hashes: readonly string[], by: Remover): void {
    if (hashes.length === 0) return;
    const atMs = this.#files.clock.now();
    const known = this.#read();
    for (const hash of hashes.slice(-MAX_TOMBSTONES)) {
      known.delete(hash);
      known.set(hash, { by, atMs });
    }
    const lines = [...known].map(([hash, removal]) => `${hash} ${removal.atMs} ${removal.by}\n`);
    if (hashes.length === 1) this.#append(lines.at(-1)!);
    else this.#write(() => this.#files.fs.replaceFile(this.#path, lines.slice(-MAX_TOMBSTONES).join('')));
  }

  /** The result is there again. */
  forget(hash: string): void {
    this.#known ??= this.#read();
    if (!this.#known.delete(hash)) return;
    this.#append(`${hash} ${this.#files.clock.now()} back\n`);
  }

  of(hash: string): Removal | undefined {
    this.#known ??= this.#read();
    return this.#known.get(hash);
  }

  /** Another process may have added some since. */
  #read(): Map<string, Removal> {
    const known = new Map<string, Removal>();
    for (const line of (this.#files.fs.readTextIfExists(this.#path) ?? '').split('\n')) {
      const [hash = '', at, by = 'gc'] = line.split(' ');
      const atMs = Number(at);
      known.delete(hash);
      if (isRemover(by) && Number.isFinite(atMs)) known.set(hash, { by, atMs });
    }
    this.#known = known;
    return known;
  }

  #append(line: string): void {
    this.#write(() => this.#files.fs.appendFile(this.#path, line));
  }

  /** A store that is shared read-only is still of use. */
  #write(act: () => void): void {
    try {
      this.#files.guard(this.#path, act, 'keep');
    } catch (error) {
      if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS')) throw error;
    }
  }

  get #path(): string {
    return `${this.#files.root}/evicted`;
  }
}

function isRemover(by: string): by is Remover {
  return by === 'gc' || by === 'clear' || by === 'verify' || by === 'damage';
}

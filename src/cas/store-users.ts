import { isMarkLive, ownMark } from '../host/index.ts';
import { hasCode, type StoreFiles } from './store-files.ts';

/** Marks of processes that use a store: files in `locks/`, recognised as stale once their process is gone. */
export class StoreUsers {
  readonly #files: StoreFiles;

  constructor(files: StoreFiles) {
    this.#files = files;
  }

  /** Marks the store as in use until disposed of. */
  use(): Disposable {
    const { env } = this.#files;
    const random = Math.floor(env.random() * 2 ** 32).toString(36);
    return this.#mark(`use-${env.pid}-${random}`) ?? { [Symbol.dispose]: () => {} };
  }

  /** The one mark that only one process holds at a time; `undefined` while a live one holds it. */
  lock(): Disposable | undefined {
    const taken = this.#mark('gc');
    if (taken) return taken;
    if (isMarkLive(this.#files, this.#path('gc'))) return undefined;
    this.#files.discard(this.#path('gc'));
    return this.#mark('gc');
  }

  /** When the oldest live use by another process began (milliseconds since 1970); `undefined` for none. */
  oldestOtherUseMs(): number | undefined {
    const { fs, env } = this.#files;
    const folder = `${this.#files.root}/locks`;
    if (!fs.lstat(folder)) return undefined;
    let oldest: number | undefined;
    for (const { name } of fs.readDirectory(folder)) {
      if (!name.startsWith('use-') || name.startsWith(`use-${env.pid}-`)) continue;
      const stat = fs.lstat(this.#path(name));
      if (!isMarkLive(this.#files, this.#path(name))) this.#files.discard(this.#path(name));
      else if (stat) oldest = Math.min(oldest ?? stat.mtimeMs, stat.mtimeMs);
    }
    return oldest;
  }

  #path(name: string): string {
    return `${this.#files.root}/locks/${name}`;
  }

  #mark(name: string): Disposable | undefined {
    const path = this.#path(name);
    const text = ownMark(this.#files);
    try {
      this.#files.guard(path, () => this.#files.fs.createFile(path, text), 'keep');
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return undefined;
      throw error;
    }
    return { [Symbol.dispose]: () => void this.#files.discard(path) };
  }
}

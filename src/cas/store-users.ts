import type { FileStat } from '../host/index.ts';
import { hasCode, type StoreFiles } from './store-files.ts';

/** Where nothing tells whether a process lives, a mark counts for this long. */
const UNKNOWN_LIFE_MS = 12 * 3_600_000;

/** What a mark says of the process that left it. */
interface Mark {
  readonly pid: number;
  /** Clock ticks since boot at which the process started; a reused pid has another. */
  readonly start: string;
  /** The pid counts only inside this boot and pid namespace. */
  readonly realm: string;
}

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
    if (this.#isLive('gc')) return undefined;
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
      if (!this.#isLive(name)) this.#files.discard(this.#path(name));
      else if (stat) oldest = Math.min(oldest ?? stat.mtimeMs, stat.mtimeMs);
    }
    return oldest;
  }

  #path(name: string): string {
    return `${this.#files.root}/locks/${name}`;
  }

  #mark(name: string): Disposable | undefined {
    const path = this.#path(name);
    const text = JSON.stringify(this.#ownMark());
    try {
      this.#files.guard(path, () => this.#files.fs.createFile(path, text), 'keep');
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return undefined;
      throw error;
    }
    return { [Symbol.dispose]: () => void this.#files.discard(path) };
  }

  #ownMark(): Mark {
    return { pid: this.#files.env.pid, start: this.#startOf('self') ?? '', realm: this.#realm() };
  }

  #isLive(name: string): boolean {
    const stat = this.#files.fs.lstat(this.#path(name));
    const text = stat && this.#files.fs.readTextIfExists(this.#path(name));
    if (!stat || text === undefined) return false;
    const mark = parseMark(text);
    const realm = this.#realm();
    if (!mark || realm === '' || mark.realm !== realm) return this.#isRecent(stat);
    return this.#startOf(String(mark.pid)) === mark.start;
  }

  #isRecent(stat: FileStat): boolean {
    return this.#files.clock.now() - stat.mtimeMs < UNKNOWN_LIFE_MS;
  }

  /** Field 22 of `/proc/<pid>/stat`; the second field is a name in parentheses that may hold anything. */
  #startOf(pid: string): string | undefined {
    const text = this.#read(`/proc/${pid}/stat`);
    return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  }

  /** Empty where the system has no `/proc`. */
  #realm(): string {
    const boot = this.#read('/proc/sys/kernel/random/boot_id')?.trim();
    return boot === undefined ? '' : `${boot} ${this.#namespace()}`;
  }

  #namespace(): string {
    try {
      return this.#files.fs.readLink('/proc/self/ns/pid');
    } catch {
      return '';
    }
  }

  #read(path: string): string | undefined {
    try {
      return this.#files.fs.readTextIfExists(path);
    } catch {
      return undefined;
    }
  }
}

function parseMark(text: string): Mark | undefined {
  try {
    const { pid, start, realm } = JSON.parse(text);
    return typeof pid === 'number' && typeof start === 'string' && typeof realm === 'string'
      ? { pid, start, realm }
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

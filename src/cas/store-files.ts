import type { Clock, Env, FileDigests, FileSystem } from '../host/index.ts';
import { StoreFullError } from './store-full-error.ts';

/** What a store's parts need of the world. */
export interface StoreFilesOptions {
  readonly fs: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
  readonly env: Pick<Env, 'pid' | 'random'>;
  /** The store's folder, absolute; made when it is absent. */
  readonly root: string;
  /** For large blobs; without it they are hashed by who asks for them. */
  readonly digests?: FileDigests | undefined;
}

/** 1980-01-01, the time that every blob shows, whoever links it. */
export const BLOB_TIME_MS = 315_532_800_000;

export type StoreArea = 'cas' | 'ac';

/** Paths of a store's folder, and the one way by which files come into it: whole or not at all. */
export class StoreFiles {
  readonly fs: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
  readonly env: Pick<Env, 'pid' | 'random'>;
  readonly root: string;
  readonly digests: FileDigests | undefined;
  #temporaryCount = 0;

  constructor({ fs, clock, env, root, digests }: StoreFilesOptions) {
    this.fs = fs;
    this.clock = clock;
    this.env = env;
    this.root = root;
    this.digests = digests;
  }

  pathOf(area: StoreArea, name: string): string {
    return `${this.root}/${area}/${name.slice(0, 2)}/${name}`;
  }

  /**
   * Lets `write` make a file at a temporary path, then moves it to `path`. Two processes may do so at once: both
   * write the same content, and the later rename replaces the file in one step.
   */
  publish(path: string, write: (temporary: string) => void): void {
    const temporary = this.temporary();
    this.guard(temporary, () => {
      write(temporary);
      this.move(temporary, path);
    });
  }

  /** Runs `act`, which makes `path`, again if the folder was absent; removes what it left when it fails. */
  guard(path: string, act: () => void, onFailure: 'discard' | 'keep' = 'discard'): void {
    try {
      this.#withFolder(path, act);
    } catch (error) {
      if (onFailure === 'discard') this.discard(path);
      if (hasCode(error, 'ENOSPC', 'EDQUOT')) throw new StoreFullError(this.root, error);
      throw error;
    }
  }

  move(temporary: string, path: string): void {
    this.#withFolder(path, () => this.#replace(temporary, path));
  }

  /**
   * Gives a file its name, unless another process was faster with one that `isRight`: that one stays, since a file that is
   * replaced while someone makes a link to it is for a moment not there.
   */
  add(temporary: string, path: string, isRight: () => boolean): void {
    this.#withFolder(path, () => {
      try {
        this.fs.link(temporary, path);
      } catch (error) {
        if (!hasCode(error, 'EEXIST', ...NO_LINKS)) throw error;
        if (!hasCode(error, 'EEXIST') || !isRight()) this.#replace(temporary, path);
      }
      this.discard(temporary);
    });
  }

  #replace(temporary: string, path: string): void {
    try {
      this.fs.rename(temporary, path);
    } catch (error) {
      if (!this.#isFolder(path) || !this.discard(path)) throw error;
      this.fs.rename(temporary, path);
    }
  }

  #isFolder(path: string): boolean {
    return this.fs.lstat(path)?.type === 'directory';
  }

  temporary(): string {
    const random = Math.floor(this.env.random() * 2 ** 32).toString(36);
    return `${this.root}/tmp/${this.env.pid}-${random}-${this.#temporaryCount++}`;
  }

  /** Removes a file, or a folder that lies in its place, if it can; a store that is shared read-only is still of use. */
  discard(path: string): boolean {
    try {
      if (this.#isFolder(path)) this.fs.remove(path);
      else this.fs.unlink(path);
      return true;
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'EACCES', 'EPERM', 'EROFS')) return false;
      throw error;
    }
  }

  /** For what is often absent: inside `readTextIfExists` an error is thrown then, which costs more than everything else. */
  readIfThere(path: string): string | undefined {
    const stat = this.fs.lstat(path);
    if (stat?.type === 'directory') this.discard(path);
    return stat && stat.type !== 'directory' ? this.fs.readTextIfExists(path) : undefined;
  }

  /** Names of all files of an area; temporary ones are elsewhere. */
  *names(area: StoreArea): Generator<string> {
    for (const shard of this.#entries(`${this.root}/${area}`)) {
      if (!/^[0-9a-f]{2}$/.test(shard)) continue;
      for (const name of this.#entries(`${this.root}/${area}/${shard}`)) {
        if (STORED_NAME.test(name) && name.startsWith(shard)) yield name;
      }
    }
  }

  #entries(path: string): readonly string[] {
    return this.fs.lstat(path)?.type === 'directory'
      ? this.fs.readDirectory(path).map(({ name }) => name)
      : [];
  }

  /** Folders are made when they turn out to be absent: nearly always they are there. */
  #withFolder(path: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      // Also when it is there by now: another process may have made it since.
      this.fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
      act();
    }
  }
}

/** Said by file systems without hard links, or for a file that has as many as it may. */
const NO_LINKS = ['EPERM', 'EMLINK', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EXDEV'];

const STORED_NAME = /^[0-9a-f]{64}(?:\.x)?$/;

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

import { join } from 'node:path/posix';
import type { FileSystem } from '../../host/index.ts';
import type { Destination } from './destination.ts';

/** What is known of a destination that did not take what it was sent. */
export interface SpoolState {
  /** It may answer later, or it will never take what it was sent. */
  readonly kind: 'away' | 'refused';
  /** Why the last attempt failed. */
  readonly failure: string;
  readonly sinceMs: number;
  readonly triedMs: number;
  /** The user was told. */
  readonly isTold: boolean;
}

export interface Waiting {
  readonly path: string;
  readonly sizeBytes: number;
}

const MAX_WAITING = 200;
const MAX_WAITING_BYTES = 64 * 2 ** 20;
const STATE = 'state.json';
const EVENTS = 'events.txt';
const LONGEST_PATH = 300;

/**
 * What waits to be sent to one destination: a file for each build, which is there whole or not at all, with names that sort
 * by time. Bounded: the oldest go first. Headers are not kept.
 */
export class Spool {
  readonly #fs: FileSystem;
  readonly #folder: string;

  constructor(fs: FileSystem, root: string, { key }: Pick<Destination, 'key'>) {
    this.#fs = fs;
    this.#folder = join(root, key);
  }

  add(name: { readonly startMs: number; readonly id: string }, body: string): void {
    this.#fs.makeDirectory(this.#folder, 0o700);
    const file = `${String(name.startMs).padStart(16, '0')}-${name.id}.json`;
    this.#fs.replaceFile(join(this.#folder, file), body, 0o600);
    this.#prune();
  }

  /** The oldest first. */
  waiting(): Waiting[] {
    if (!this.#fs.lstat(this.#folder)) return [];
    return this.#fs
      .readDirectory(this.#folder)
      .filter(({ name, type }) => type === 'file' && /^\d{16}-[0-9a-z-]+\.json$/.test(name))
      .map(({ name }) => join(this.#folder, name))
      .map((path) => ({ path, sizeBytes: this.#fs.lstat(path)?.sizeBytes ?? 0 }));
  }

  /** `undefined` where another has sent it meanwhile. */
  read({ path }: Waiting): string | undefined {
    return this.#fs.readTextIfExists(path);
  }

  remove({ path }: Waiting): void {
    this.#fs.remove(path);
  }

  get state(): SpoolState | undefined {
    try {
      const value: unknown = JSON.parse(this.#fs.readTextIfExists(join(this.#folder, STATE)) ?? 'null');
      return isState(value) ? value : undefined;
    } catch {
      return undefined;
    }
  }

  set state(state: SpoolState | undefined) {
    const path = join(this.#folder, STATE);
    if (!state) this.#fs.remove(path);
    else if (this.#fs.lstat(this.#folder)) this.#fs.replaceFile(path, JSON.stringify(state), 0o600);
  }

  /** Where the server takes events of a build, `{id}` in the place of its name; it said so when it took a record. */
  get eventsPath(): string | undefined {
    const path = this.#fs.readTextIfExists(join(this.#folder, EVENTS))?.trim();
    return path !== undefined && isPath(path) ? path : undefined;
  }

  set eventsPath(path: string | undefined) {
    if (path === this.eventsPath || !this.#fs.lstat(this.#folder)) return;
    if (path === undefined || !isPath(path)) this.#fs.remove(join(this.#folder, EVENTS));
    else this.#fs.replaceFile(join(this.#folder, EVENTS), `${path}\n`, 0o600);
  }

  #prune(): void {
    const all = this.waiting();
    let sizeBytes = all.reduce((sum, each) => sum + each.sizeBytes, 0);
    for (const [at, each] of all.entries()) {
      if (all.length - at <= MAX_WAITING && sizeBytes <= MAX_WAITING_BYTES) return;
      this.remove(each);
      sizeBytes -= each.sizeBytes;
    }
  }
}

/** Of the same server: no other may be named. */
function isPath(text: string): boolean {
  return text.length <= LONGEST_PATH && /^\/(?!\/)[\w/{}.-]*\{id\}[\w/.-]*$/.test(text);
}

function isState(value: unknown): value is SpoolState {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, failure, sinceMs, triedMs, isTold } = value as Record<string, unknown>;
  return (
    (kind === 'away' || kind === 'refused') &&
    typeof failure === 'string' &&
    typeof sinceMs === 'number' &&
    typeof triedMs === 'number' &&
    typeof isTold === 'boolean'
  );
}

import { join } from 'node:path/posix';
import { fail, ok, type Result } from '../base/index.ts';
import { type FileSystem, flushFolder, writeDurably } from '../host/index.ts';
import { replaceLink } from '../publish/index.ts';

/** A release that was unpacked. */
export interface InstalledRelease {
  readonly version: string;
  readonly channel?: string;
  /** Of the archive. */
  readonly sha256: string;
  /** Who signed it, as it was verified. */
  readonly keys: readonly string[];
  /** Where it came from. */
  readonly source: string;
  /** ISO 8601. */
  readonly installedAt: string;
}

/** Where releases come from, so that `update` asks there again. */
export interface Subscription {
  readonly from: string;
  readonly channel: string;
}

export interface InstallationState {
  readonly releases: readonly InstalledRelease[];
  /** The versions that were current, in order; a rollback goes back in it. */
  readonly history: readonly string[];
  readonly subscription?: Subscription;
  /** Whole OpenPGP fingerprints of keys that may sign; files with keys lie in `keys/`. */
  readonly fingerprints: readonly string[];
}

const EMPTY: InstallationState = { releases: [], history: [], fingerprints: [] };

/**
 * Releases below one folder: `versions/<version>` each whole, `current` a link to one of them that moves by a rename, `state.json`
 * what is known of them. The link is what counts: killed at any point, it names the old release or the new one.
 */
export class Installation {
  readonly prefix: string;
  readonly #fs: FileSystem;

  constructor(fs: FileSystem, prefix: string) {
    this.#fs = fs;
    this.prefix = prefix;
  }

  /** The failure says what is wrong with the state's file. */
  state(): Result<InstallationState, string> {
    const text = this.#fs.readTextIfExists(this.#statePath);
    return text === undefined ? ok(EMPTY) : parseState(text);
  }

  get #statePath(): string {
    return join(this.prefix, 'state.json');
  }

  get keyFolder(): string {
    return join(this.prefix, 'keys');
  }

  /** For what is not whole yet; gone with the next one that needs it. */
  get staging(): string {
    return join(this.prefix, '.staging');
  }

  folderOf(version: string): string {
    return join(this.prefix, 'versions', version);
  }

  /** The version that `current` names. */
  current(): string | undefined {
    const link = join(this.prefix, 'current');
    if (this.#fs.lstat(link)?.type !== 'symlink') return undefined;
    return /^versions\/([^/]+)$/.exec(this.#fs.readLink(link))?.[1];
  }

  write(state: InstallationState): void {
    writeDurably(this.#fs, this.#statePath, `${JSON.stringify({ format: 1, ...state }, undefined, 2)}\n`);
  }

  /** Puts an unpacked folder in its place, whole; one that nobody knows of is what a killed run left. */
  place(unpacked: string, version: string): void {
    const folder = this.folderOf(version);
    this.#fs.makeDirectory(join(this.prefix, 'versions'));
    if (this.#fs.lstat(folder)) this.#fs.remove(folder);
    this.#fs.rename(unpacked, folder);
    flushFolder(this.#fs, join(this.prefix, 'versions'));
  }

  switchTo(version: string): void {
    replaceLink(this.#fs, join(this.prefix, 'current'), `versions/${version}`);
  }

  /** The version that was current before the one that is, and is still here. */
  before({ history, releases }: InstallationState): string | undefined {
    const current = this.current();
    const at = current === undefined ? history.length : history.lastIndexOf(current);
    const known = new Set(releases.map(({ version }) => version));
    return history.slice(0, Math.max(0, at)).findLast((version) => version !== current && known.has(version));
  }
}

/** The history once a version is current, with nothing in it that was rolled back from. */
export function historyWith(
  { history }: InstallationState,
  current: string | undefined,
  version: string,
): readonly string[] {
  const at = current === undefined ? -1 : history.lastIndexOf(current);
  const kept = history.slice(0, at + 1);
  return kept.at(-1) === version ? kept : [...kept, version];
}

const VERSION = /^\d[0-9A-Za-z.+-]{0,99}$/;

function parseState(text: string): Result<InstallationState, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('it is no JSON');
  }
  const { format, releases, history, fingerprints } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (format !== 1) return fail('it is of another version');
  if (!Array.isArray(releases) || !Array.isArray(history) || !Array.isArray(fingerprints))
    return fail('a list is missing');
  const versions = [...history, ...releases.map((release) => release?.version)];
  if (!versions.every((version) => typeof version === 'string' && VERSION.test(version)))
    return fail('a version is none');
  return ok(value as InstallationState);
}

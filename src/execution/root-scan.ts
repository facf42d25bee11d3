import { sha256 } from '../base/index.ts';
import type { FileStat, FileSystem } from '../host/index.ts';
import { digestOfFile, type Owners, stampOf } from './package-database.ts';

/** What somebody else read, by path. */
type Digests = ReadonlyMap<string, string>;

/** Some wait for what somebody else reads. */
type Line = string | ((digests: Digests) => string);

/** What an earlier scan of this machine saw of each file; opaque to the caller. */
export interface ContentMemo {
  /** The disk that it is about: on another one the figures of its files mean nothing. */
  readonly disk: string;
  /** Path to stamp, and to the digest of the content where it was read. */
  readonly files: Readonly<Record<string, readonly [stamp: string, digest?: string]>>;
}

/** Files that are being read by somebody else. */
export interface DigestsAhead {
  /** The stamp of each from before it was read, by path. */
  readonly stamps: ReadonlyMap<string, string>;
  /** Without those that could not be read. */
  readonly digests: Promise<Digests>;
}

export interface RootScanOptions {
  readonly before: ContentMemo | undefined;
  readonly places: { readonly hidden: readonly string[]; readonly large: readonly string[] };
  /** Folders whose files count by content. */
  readonly programs: readonly string[];
  readonly owners: Owners;
  /** Files that need not be read here. */
  readonly ahead?: Pick<DigestsAhead, 'stamps'> | undefined;
}

/**
 * A line for each shown file. Programs, files of /etc and what no package owns count by content. A file that its package
 * put there counts by size, mode and the time that the package gave it, which is the same on every machine; one
 * that was touched since an earlier scan without that showing in these counts by content from then on.
 * What lies in a folder that one package fills with thousands of files is vouched for by the package's version alone.
 */
export class RootScan {
  readonly #fs: FileSystem;
  readonly #before: ContentMemo['files'];
  readonly #disk: string;
  readonly #hidden: ReadonlySet<string>;
  readonly #large: ReadonlySet<string>;
  readonly #programs: readonly string[];
  readonly #owned: Owners;
  readonly #ahead: ReadonlyMap<string, string> | undefined;
  readonly #files: Record<string, readonly [string, string?]> = {};

  constructor(fs: FileSystem, { before, places, programs, owners, ahead }: RootScanOptions) {
    const usr = fs.lstat('/usr');
    this.#fs = fs;
    this.#disk = `${usr?.device} ${usr?.inode}`;
    this.#before = before?.disk === this.#disk ? before.files : {};
    this.#hidden = new Set(places.hidden);
    this.#large = new Set(places.large);
    this.#programs = programs;
    this.#owned = owners;
    this.#ahead = ahead?.stamps;
  }

  memo(): ContentMemo {
    return { disk: this.#disk, files: this.#files };
  }

  /** Looks at a file, or at everything below a folder; the function gives its digest. */
  tree(path: string): (digests: Digests) => string {
    const lines: Line[] = [];
    this.#visit(path, lines);
    return (digests) => {
      const text = lines.map((line) => (typeof line === 'string' ? line : line(digests))).join('\n');
      return `${path} ${sha256(text)}`;
    };
  }

  #visit(path: string, lines: Line[]): void {
    const stat = this.#fs.lstat(path);
    if (this.#hidden.has(path)) return;
    if (stat?.type !== 'directory') {
      const leaf = this.#leaf(path, stat);
      lines.push(typeof leaf === 'string' ? `${path} ${leaf}` : (digests) => `${path} ${leaf(digests)}`);
      return;
    }
    lines.push(`${path} ${stat.mode.toString(8)}`);
    if (this.#large.has(path)) return;
    for (const { name } of this.#entries(path)) this.#visit(`${path}/${name}`, lines);
  }

  #entries(path: string): readonly { readonly name: string }[] {
    try {
      return this.#fs.readDirectory(path);
    } catch {
      return [];
    }
  }

  #leaf(path: string, stat: FileStat | undefined): Line {
    if (stat?.type === 'symlink') return `-> ${this.#fs.readLink(path)}`;
    if (stat?.type !== 'file') return stat?.type ?? 'absent';
    const mode = stat.mode.toString(8);
    const stamp = stampOf(stat);
    const known = this.#before[path];
    if (!this.#countsByContent(path, known, stat)) {
      this.#files[path] = [stamp];
      return `${mode} ${stat.sizeBytes} ${stat.mtimeMs}`;
    }
    if (known?.[0] === stamp && known[1] !== undefined) return this.#content(path, stat, known[1]);
    // Not of a file that was changed since.
    if (this.#ahead?.get(path) !== stamp) return this.#content(path, stat, digestOfFile(this.#fs, path));
    return (digests) => this.#content(path, stat, digests.get(path) ?? digestOfFile(this.#fs, path));
  }

  #content(path: string, stat: FileStat, digest: string): string {
    this.#files[path] = [stampOf(stat), digest];
    return `${stat.mode.toString(8)} ${digest}`;
  }

  #countsByContent(path: string, known: ContentMemo['files'][string] | undefined, stat: FileStat): boolean {
    const folder = path.slice(0, path.lastIndexOf('/'));
    if (!path.startsWith('/usr/') || this.#programs.includes(folder)) return true;
    if (this.#owned && !this.#owned.has(path)) return true;
    if (!known || known[0] === stampOf(stat)) return known?.[1] !== undefined;
    const [, size, mtime, , mode] = known[0].split(' ');
    return size === `${stat.sizeBytes}` && mtime === `${stat.mtimeMs}` && mode === `${stat.mode}`;
  }
}

import type { Diagnostic, SourceFile } from '../base/index.ts';
import type { DirectoryEntry, FileStat, FileSystem } from '../host/index.ts';
import type { WorkspaceCode } from './diagnostics.ts';

/** The largest configuration file that is read. */
const MAX_BYTES = 2 ** 20;

/** The files of a workspace as discovery sees them: every look is recorded, so that a cache knows what it depends on. */
export class ObservedFiles {
  readonly diagnostics: Diagnostic[] = [];
  /** What each path was before it was first looked into; `undefined` where nothing was. */
  readonly seen = new Map<string, FileStat | undefined>();
  /** What was at paths of which nothing else was asked. */
  readonly present = new Map<string, boolean>();
  /** Links that were followed: what they point to may change unseen. */
  readonly followed = new Set<string>();
  readonly #fs: FileSystem;
  readonly #root: string;

  constructor(fs: FileSystem, root: string) {
    this.#fs = fs;
    this.#root = root;
  }

  /** Paths are relative to the root; a path below something that is no folder is absent. */
  stat(path: string): FileStat | undefined {
    if (this.seen.has(path)) return this.seen.get(path);
    const stat = this.#lstat(path);
    this.seen.set(path, stat);
    return stat;
  }

  /** Whether anything is there; a link need not point to something. */
  exists(path: string): boolean {
    const known = this.present.get(path);
    if (known !== undefined) return known;
    const isThere = this.#lstat(path) !== undefined;
    this.present.set(path, isThere);
    return isThere;
  }

  isFile(path: string): boolean {
    const type = this.stat(path)?.type;
    return type === 'file' || (type === 'symlink' && this.#targetStat(path)?.type === 'file');
  }

  /** Entries of a folder; none where it is absent or, with a diagnostic, where it cannot be read. */
  list(path: string): readonly DirectoryEntry[] {
    const stat = this.stat(path);
    if (!stat || (stat.type === 'symlink' && !this.#targetStat(path))) return [];
    try {
      return this.#fs.readDirectory(this.#absolute(path));
    } catch (error) {
      this.#report('workspace/unreadable', path, `the folder cannot be read: ${reason(error)}`);
      return [];
    }
  }

  /** The text of a file, or a diagnostic; `undefined` without one where nothing is. A byte order mark is taken off. */
  source(path: string, maxBytes = MAX_BYTES): SourceFile | undefined {
    const stat = this.stat(path);
    const target = stat?.type === 'symlink' ? this.#targetStat(path) : stat;
    if (!stat) return undefined;
    if (!target) return this.#report('workspace/unreadable', path, 'the link points to nothing');
    if (target.type === 'directory')
      return this.#report('workspace/is-folder', path, 'a folder stands in place of the file');
    if (target.type !== 'file')
      return this.#report('workspace/not-a-file', path, 'this is not an ordinary file');
    if (target.sizeBytes > maxBytes) {
      const inMiB = (bytes: number, digits: number): string => `${(bytes / 2 ** 20).toFixed(digits)} MiB`;
      const message = `the file has ${inMiB(target.sizeBytes, 1)}; at most ${inMiB(maxBytes, 0)} is read`;
      return this.#report('workspace/too-large', path, message);
    }
    return this.#read(path);
  }

  report(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic);
  }

  #read(path: string): SourceFile | undefined {
    let bytes: Uint8Array;
    try {
      bytes = this.#fs.readFile(this.#absolute(path));
    } catch (error) {
      return this.#report('workspace/unreadable', path, `the file cannot be read: ${reason(error)}`);
    }
    const text = textOf(bytes);
    if (text === undefined) return this.#report('workspace/not-text', path, 'the file is not UTF-8 text');
    return { path, text };
  }

  #lstat(path: string): FileStat | undefined {
    try {
      return this.#fs.lstat(this.#absolute(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOTDIR')
        this.#report('workspace/unreadable', path, `it cannot be looked at: ${reason(error)}`);
      return undefined;
    }
  }

  #targetStat(path: string): FileStat | undefined {
    this.followed.add(path);
    try {
      return this.#fs.lstat(this.#fs.realPath(this.#absolute(path)));
    } catch {
      return undefined;
    }
  }

  #absolute(path: string): string {
    return path === '' ? this.#root : `${this.#root}/${path}`;
  }

  #report(code: WorkspaceCode, path: string, message: string): undefined {
    this.diagnostics.push({ code, severity: 'error', message, path });
    return undefined;
  }
}

/** `undefined` for what is not text. */
export function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ELOOP: 'too many links',
  ENOENT: 'it is gone',
  ENOTDIR: 'it is no folder',
  EISDIR: 'it is a folder',
  EIO: 'the disk failed',
  ENAMETOOLONG: 'its name is too long',
};

function reason(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? String(error) : `${REASONS[code] ?? 'the system refused'} (${code})`;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

import { join } from 'node:path/posix';
import { compareTexts, type Diagnostic } from '../base/index.ts';
import { digestOfFile, type FileSystem } from '../host/index.ts';
import type { Entry } from './baseline.ts';
import type { IntegrityCode } from './diagnostics.ts';

export interface IntegrityWorld {
  readonly fs: FileSystem;
}

export interface MeasureRequest {
  /** The workspace, absolute. */
  readonly root: string;
  /** Files and folders relative to it; what is not there is left out. */
  readonly covers: readonly string[];
  readonly signal: AbortSignal;
  /** How many files were read so far. */
  readonly onProgress?: (files: number) => void;
}

export interface Measured {
  /** By path, each once. */
  readonly entries: readonly Entry[];
  readonly problems: readonly Diagnostic[];
}

/** The program answers to signals after so many files. */
const FILES_AT_ONCE = 64;

/** Looks at every file of what is covered. Links are not followed. */
export async function measureFiles({ fs }: IntegrityWorld, request: MeasureRequest): Promise<Measured> {
  const { root, covers, signal, onProgress = () => {} } = request;
  const entries = new Map<string, Entry>();
  const problems: Diagnostic[] = [];
  const waiting = [...covers];
  let files = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (entries.has(path)) continue;
    try {
      const entry = entryAt(fs, join(root, path), path);
      if (!entry) continue;
      entries.set(path, entry);
      if (entry.type === 'directory')
        for (const { name } of fs.readDirectory(join(root, path))) waiting.push(join(path, name));
    } catch (error) {
      problems.push(unreadable(path, error));
    }
    if (++files % FILES_AT_ONCE > 0) continue;
    onProgress(files);
    await new Promise((resolve) => setImmediate(resolve));
    signal.throwIfAborted();
  }
  return { entries: [...entries.values()].sort((a, b) => compareTexts(a.path, b.path)), problems };
}

function entryAt(fs: FileSystem, full: string, path: string): Entry | undefined {
  const stat = fs.lstat(full);
  if (!stat) return undefined;
  switch (stat.type) {
    case 'file':
      return { path, type: 'file', mode: stat.mode, sha256: digestOfFile(fs, full).hash };
    case 'directory':
      return { path, type: 'directory', mode: stat.mode };
    case 'symlink':
      return { path, type: 'symlink', target: fs.readLink(full) };
    default:
      return { path, type: 'other', mode: stat.mode };
  }
}

const READ_REFUSALS = ['EACCES', 'EPERM', 'EIO', 'ENOENT', 'ENOTDIR'];

function unreadable(path: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!READ_REFUSALS.includes(code)) throw error;
  const name: IntegrityCode = 'integrity/unreadable';
  const hint = 'run as a user who may read it, or leave its folder out of the baseline';
  return {
    code: name,
    severity: 'error',
    message: `it cannot be read (${code})`,
    path,
    hint,
    cause: 'input',
  };
}

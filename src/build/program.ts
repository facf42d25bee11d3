import { sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';

/** A folder that the bundle has, and that is made where the program runs from source. */
export interface MadeFolder {
  /** Absolute. */
  readonly folder: string;
  /** What makes it from source, for Node; absent in the bundle. */
  readonly maker?: string;
}

/** Our own program as it lies on disk: from source, or the published bundle. */
export interface Program {
  /** What Node starts to run the command line, absolute. */
  readonly entry: string;
  /** Folder that actions of our own commands see at `/tools/mobileops`. */
  readonly root: string;
  /** The entry of `src/tools`, relative to `root`. */
  readonly toolsEntry: string;
  /** Absolute path of `launcher.py`. */
  readonly launcher: string;
  /** Absolute path of `container.py`, beside the modules that it needs. */
  readonly containers: string;
  /** Absolute path of `lister.c`. */
  readonly lister: string;
  /** Absolute path of `clock.c`. */
  readonly clock: string;
  /** Folder of the advisories that come with this version, absolute. */
  readonly advisories: string;
  /** The scripts and styles of the server's pages. */
  readonly web: MadeFolder;
  /** The documentation as the server shows it. */
  readonly docs: MadeFolder;
  readonly version: string;
  /** Folder whose files decide how targets are planned, absolute. */
  readonly code: string;
}

const known = new WeakMap<Program, string>();

/** Changes when the program does, so that remembered plans of another one are not taken. A process looks once. */
export function programFingerprint(fs: FileSystem, program: Program): string {
  const before = known.get(program);
  if (before !== undefined) return before;
  const fingerprint = readFingerprint(fs, program);
  known.set(program, fingerprint);
  return fingerprint;
}

function readFingerprint(fs: FileSystem, program: Program): string {
  const lines: string[] = [program.version];
  const visit = (folder: string): void => {
    for (const { name, type } of fs.readDirectory(folder)) {
      const path = `${folder}/${name}`;
      if (type === 'directory') visit(path);
      else if (!name.endsWith('.test.ts')) {
        const stat = fs.lstat(path);
        lines.push(`${path} ${stat?.sizeBytes} ${stat?.mtimeMs}`);
      }
    }
  };
  visit(program.code);
  return sha256(lines.join('\n'));
}

import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { problem } from './problem.ts';
import { SIGNATURE_SUFFIX } from './signer.ts';

const SUFFIXES = Object.values(SIGNATURE_SUFFIX);

/** Whether a file is a signature or an attestation, by its name. */
export function isSignatureFile(path: string): boolean {
  return SUFFIXES.some((suffix) => path.endsWith(suffix));
}

export interface FoundFiles {
  /** What is signed, absolute, sorted. */
  readonly files: readonly string[];
  /** What signs it, of folders alone. */
  readonly signatures: readonly string[];
}

/**
 * The files that words name: themselves, and all below folders but hidden ones and signatures. What is neither a file nor a
 * folder (a link leads elsewhere) is refused, and so is a folder without any: nothing would be signed or proved.
 */
export function signableFiles(
  fs: FileSystem,
  paths: readonly string[],
): Result<FoundFiles, readonly Diagnostic[]> {
  const files = new Set<string>();
  const signatures = new Set<string>();
  const problems: Diagnostic[] = [];
  /** Whether anything is there. */
  const visit = (path: string, isNamed: boolean): boolean => {
    const type = fs.lstat(path)?.type;
    if (type === 'file') (isSignatureFile(path) && !isNamed ? signatures : files).add(path);
    else if (type === 'directory') {
      const names = fs.readDirectory(path).map(({ name }) => name);
      return names.filter((name) => !name.startsWith('.') && visit(join(path, name), false)).length > 0;
    } else problems.push(notAFile(path, type));
    return true;
  };
  for (const path of paths) if (!visit(path, true)) problems.push(emptyFolder(path));
  if (problems.length > 0) return fail(problems);
  return ok({ files: [...files].sort(), signatures: [...signatures].sort() });
}

function notAFile(path: string, type: string | undefined): Diagnostic {
  if (type === undefined) return problem('signing/no-file', 'this file is not there', { path });
  const hint = 'name the file itself';
  return problem('signing/no-file', `this is neither a file nor a folder (${type})`, { path, hint });
}

function emptyFolder(path: string): Diagnostic {
  const hint = 'name files, or a folder that holds some; hidden ones do not count';
  return problem('signing/no-file', 'no file is in this folder', { path, hint });
}

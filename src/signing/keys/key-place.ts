import type { FileStat, FileSystem } from '../../host/index.ts';

/** What is seen of a key's file. */
export type KeyPlace =
  | {
      readonly kind: 'there';
      /** Without links. */
      readonly path: string;
      readonly stat: FileStat;
    }
  | { readonly kind: 'absent' }
  /** This user may not look into its folder: on many machines that of private keys is open to root alone. */
  | { readonly kind: 'closed' };

/** Looks for a key's file, also by links; nothing of it is read. */
export function keyPlace(fs: FileSystem, path: string): KeyPlace {
  try {
    const real = fs.realPath(path);
    const stat = fs.lstat(real);
    return stat ? { kind: 'there', path: real, stat } : { kind: 'absent' };
  } catch (error) {
    return { kind: isRefusal(error) ? 'closed' : 'absent' };
  }
}

/** Whether the system refused, as it does to a user without the rights. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM');
}

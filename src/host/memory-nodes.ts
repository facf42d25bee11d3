import type { FileStat, FileSystem } from './file-system.ts';

/** A thing of the memory disk; hard links are one node at several names. */
export interface MemoryNode {
  readonly inode: number;
  readonly type: FileStat['type'];
  mode: number;
  mtimeMs: number;
  ctimeMs: number;
  links: number;
  content: Uint8Array;
  readonly target: string;
  readonly entries: Map<string, MemoryNode>;
}

/** Thrown by every operation once the machine is said to have crashed. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

export type FileOperation = Exclude<keyof FileSystem, 'open'> | 'open' | 'read' | 'write' | 'sync';

export interface Fault {
  readonly operation: FileOperation;
  /** Every path unless told. */
  readonly path?: RegExp;
  readonly code: string;
  /** How often it strikes; always unless told. */
  readonly times?: number;
}

/** Operations that change the disk. */
export const WRITING: ReadonlySet<FileOperation> = new Set([
  'writeFile',
  'createFile',
  'appendFile',
  'write',
  'makeDirectory',
  'rename',
  'link',
  'symlink',
  'copyFile',
  'unlink',
  'remove',
  'chmod',
  'setTimes',
]);

export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

export function bytesOf(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}

export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

export function systemError(code: string, operation: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${operation} '${path}'`), { code });
}

/** Fills `buffer` from `position` on; the count of bytes. */
export function copyInto(buffer: Uint8Array, content: Uint8Array, position: number): number {
  const chunk = content.subarray(position, position + buffer.byteLength);
  buffer.set(chunk);
  return chunk.byteLength;
}

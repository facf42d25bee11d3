import { dirname } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';

/** What is remembered of the machine. The first line is the digest of the rest: a file that was damaged is as good as none. */
export function readChecked<T>(fs: FileSystem, path: string): T | undefined {
  const text = fs.readTextIfExists(path);
  const body = text?.slice(65);
  return body !== undefined && text?.slice(0, 64) === sha256(body) ? (JSON.parse(body) as T) : undefined;
}

export function writeChecked(fs: FileSystem, path: string, value: unknown): void {
  const body = JSON.stringify(value);
  fs.makeDirectory(dirname(path));
  fs.replaceFile(path, `${sha256(body)}\n${body}`);
}

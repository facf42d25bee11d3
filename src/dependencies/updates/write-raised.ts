import { posix } from 'node:path';
import type { FileSystem } from '../../host/index.ts';
import { type RaisedAsk, raisedFiles } from './raise-asks.ts';

/** A file of the workspace itself: what a link leads to may be another's. */
export function canBeWritten(fs: FileSystem, root: string, path: string): boolean {
  return fs.lstat(posix.join(root, path))?.type === 'file';
}

/** Each file as a whole, or not at all. Where one is not as it was when it was read nothing is written, and its path is told. */
export function writeRaised(fs: FileSystem, root: string, raised: readonly RaisedAsk[]): string | undefined {
  const before = new Map(raised.map(({ span }) => [span.file.path, span.file.text]));
  const files: { readonly path: string; readonly text: string; readonly mode: number | undefined }[] = [];
  for (const file of raisedFiles(raised)) {
    const path = posix.join(root, file.path);
    const now = fs.readTextIfExists(path) ?? '';
    const mark = now.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    if (now !== mark + before.get(file.path)!) return file.path;
    files.push({ path, text: mark + file.text, mode: fs.lstat(path)?.mode });
  }
  for (const { path, text, mode } of files) fs.replaceFile(path, text, mode);
  return undefined;
}

const BYTE_ORDER_MARK = '\ufeff';

import type { FileHandle, FileSystem, HttpBody } from '../host/index.ts';

/** A form with one file, which is read as it is sent (RFC 7578). */
export interface MultipartForm {
  readonly boundary: string;
  readonly fields: Readonly<Record<string, string>>;
  /** `file` unless told. */
  readonly fileField?: string;
  readonly file: { readonly name: string; readonly path: string; readonly sizeBytes: number };
}

/** The body of a form; dispose it, whatever became of the request. */
export function multipartBody(
  fs: Pick<FileSystem, 'open'>,
  { boundary, fields, fileField = 'file', file }: MultipartForm,
): HttpBody & Disposable {
  const texts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(fileField)}"; filename="${quoted(file.name)}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  const before = Buffer.from(texts.join('') + head);
  const after = Buffer.from(`\r\n--${boundary}--\r\n`);
  let handle: FileHandle | undefined;
  let at = 0;
  const fileEnd = before.length + file.sizeBytes;
  const sizeBytes = fileEnd + after.length;
  return {
    sizeBytes,
    read(buffer) {
      const count =
        at < before.length
          ? copy(before, at, buffer)
          : at < fileEnd
            ? readFile(buffer)
            : copy(after, at - fileEnd, buffer);
      at += count;
      return count;
    },
    [Symbol.dispose]: () => handle?.[Symbol.dispose](),
  };

  /** Never more than was promised, and never less without an end: a file that shrinks meanwhile is an error. */
  function readFile(buffer: Uint8Array): number {
    handle ??= fs.open(file.path, 'r');
    const count = handle.read(buffer.subarray(0, Math.min(buffer.byteLength, fileEnd - at)));
    if (count === 0) throw new RangeError(`${file.path} became shorter while it was sent`);
    return count;
  }
}

function copy(from: Buffer, at: number, buffer: Uint8Array): number {
  const part = from.subarray(at, at + buffer.byteLength);
  buffer.set(part);
  return part.byteLength;
}

/** As browsers escape names in forms. */
function quoted(text: string): string {
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

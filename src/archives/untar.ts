import { gunzipSync } from 'node:zlib';
import { fail, ok, type Result } from '../base/index.ts';
import {
  ArchiveBudget,
  type ArchiveFile,
  type ArchiveOptions,
  type ArchiveProblem,
  MAX_TOTAL_BYTES,
} from './archive-limits.ts';

const BLOCK = 512;

/** Files of a `.tgz` (POSIX ustar with pax and GNU long names); links and devices are refused. */
export function untarGzip(
  archive: Uint8Array,
  options: ArchiveOptions,
): Result<readonly ArchiveFile[], ArchiveProblem> {
  const { maxTotalBytes = MAX_TOTAL_BYTES } = options;
  let bytes: Buffer;
  try {
    bytes = gunzipSync(archive, { maxOutputLength: Math.min(maxTotalBytes, 2 ** 31 - 1) });
  } catch {
    return fail(`it is no gzip archive, is damaged or unpacks to more than ${maxTotalBytes / 2 ** 20} MiB`);
  }
  return untar(bytes, options);
}

function untar(
  bytes: Buffer,
  { wants, maxTotalBytes }: ArchiveOptions,
): Result<readonly ArchiveFile[], ArchiveProblem> {
  const budget = new ArchiveBudget(maxTotalBytes);
  const files: ArchiveFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const sizeBytes = octal(header, 124, 12);
    if (sizeBytes === undefined || !hasChecksum(header)) return fail('a header of it is damaged');
    const content = bytes.subarray(at + BLOCK, at + BLOCK + sizeBytes);
    if (content.length !== sizeBytes) return fail('it is cut off');
    at += BLOCK + Math.ceil(sizeBytes / BLOCK) * BLOCK;
    const type = String.fromCharCode(header[156]!);
    if (type === 'x') longName = paxPath(content) ?? longName;
    else if (type === 'L') longName = content.toString('utf8').replace(/\0.*$/s, '');
    else if (type !== 'g') {
      const name: string = longName ?? nameOf(header);
      longName = undefined;
      if (type !== '0' && type !== '\0' && type !== '5') return fail(`${name} is a link or a device`);
      const path = budget.take(name, sizeBytes);
      if (!path.ok && type !== '5') return path;
      if (!path.ok || type === '5' || !wants(path.value)) continue;
      const mode = octal(header, 100, 8) ?? 0;
      files.push({ path: path.value, isExecutable: (mode & 0o111) !== 0, content });
    }
  }
  return ok(files);
}

function nameOf(header: Buffer): string {
  const name = text(header, 0, 100);
  const prefix = header.toString('latin1', 257, 262) === 'ustar' ? text(header, 345, 155) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

function text(header: Buffer, start: number, length: number): string {
  return header.toString('utf8', start, start + length).replace(/\0.*$/s, '');
}

function octal(header: Buffer, start: number, length: number): number | undefined {
  const digits = header
    .toString('latin1', start, start + length)
    .replace(/[\0 ]+$/, '')
    .trim();
  return /^[0-7]*$/.test(digits) ? Number.parseInt(digits === '' ? '0' : digits, 8) : undefined;
}

/** Sum of all bytes with the checksum's own field as blanks. */
function hasChecksum(header: Buffer): boolean {
  let sum = 0;
  for (const [index, byte] of header.entries()) sum += index >= 148 && index < 156 ? 32 : byte;
  return sum === octal(header, 148, 8);
}

/** `path` of a pax record list: `<length> path=<value>\n`. */
function paxPath(content: Buffer): string | undefined {
  let path: string | undefined;
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.toString('latin1', at, space));
    if (space < 0 || !Number.isSafeInteger(length) || length <= space - at) return path;
    const record = content.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) path = record.slice('path='.length);
    at += length;
  }
  return path;
}

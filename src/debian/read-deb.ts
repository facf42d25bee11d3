import { posix } from 'node:path';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Digester, digestOf, fail, ok, type Result } from '../base/index.ts';
import type { FileHandle, FileSystem, Host } from '../host/index.ts';
import { gist, textOf } from './apt-failure.ts';
import { type Compression, type DebMember, type DebMembers, debMembers, listAr } from './ar.ts';
import { type Paragraph, parseControl } from './control.ts';
import { type DebEntry, readDebTar } from './deb-tar.ts';
import type { RootContent } from './root-tree.ts';

/** A .deb taken apart; its files' bytes lie in the folder that it was unpacked into, named by their SHA-256. */
export interface UnpackedPackage {
  readonly name: string;
  readonly control: Paragraph;
  readonly controlText: string;
  /** The other files of its control archive: maintainer scripts, `md5sums`, `conffiles`. */
  readonly info: ReadonlyMap<string, { readonly mode: number; readonly bytes: Uint8Array }>;
  readonly entries: readonly UnpackedEntry[];
}

export interface UnpackedEntry extends DebEntry {
  /** Of a file. */
  readonly content?: RootContent;
}

export interface UnpackOptions {
  readonly host: Pick<Host, 'fs' | 'processes' | 'env'>;
  /** Absolute, ours alone. Files stay there for as long as the result is used. */
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** A control archive holds scripts and lists; more is hostile. */
const MAX_CONTROL_BYTES = 64 * 2 ** 20;
const CHUNK_BYTES = 1 << 20;

/**
 * Reads a .deb (deb(5), format 2.0) and unpacks its files by content. Nothing of it is run and no path of it is made on
 * this machine. `scratch` names files of this call in the folder. A failure says what is wrong with the package.
 */
export async function readDeb(
  path: string,
  { scratch, ...options }: UnpackOptions & { readonly scratch: string },
): Promise<Result<UnpackedPackage, string>> {
  const { fs } = options.host;
  const opened = openDeb(fs, path);
  if (!opened.ok) return opened;
  using file = opened.value.file;
  const { members } = opened.value;
  const [controlTar, dataTar] = ['control', 'data'].map((name) =>
    posix.join(options.directory, `${scratch}.${name}.tar`),
  );
  try {
    const controlled = await expandMember(file, members.control, { ...options, to: controlTar! });
    if (!controlled.ok) return controlled;
    if ((fs.lstat(controlTar!)?.sizeBytes ?? 0) > MAX_CONTROL_BYTES)
      return fail('its control archive is too large');
    const control = readControl(fs, controlTar!);
    if (!control.ok) return control;
    const expanded = await expandMember(file, members.data, { ...options, to: dataTar! });
    if (!expanded.ok) return expanded;
    const entries = readData(fs, dataTar!, options.directory);
    return entries.ok ? ok({ ...control.value, entries: entries.value }) : entries;
  } finally {
    fs.remove(controlTar!);
    fs.remove(dataTar!);
  }
}

/** The two archives of a .deb; `file` is the caller's to close. */
export function openDeb(
  fs: FileSystem,
  path: string,
): Result<{ readonly file: FileBytes; readonly members: DebMembers }, string> {
  const stat = fs.lstat(path);
  if (stat?.type !== 'file') return fail('it is not there');
  const file = new FileBytes(fs, path);
  const readAt = (offset: number, count: number): Uint8Array => file.readAt(offset, count);
  const listed = listAr(readAt, stat.sizeBytes);
  const members = listed.ok ? debMembers(listed.value, readAt) : listed;
  if (members.ok) return ok({ file, members: members.value });
  file[Symbol.dispose]();
  return members;
}

/** Forward reading of a file; going back opens it again. */
class FileBytes implements Disposable {
  readonly #fs: FileSystem;
  readonly #path: string;
  #handle: FileHandle;
  #at = 0;

  constructor(fs: FileSystem, path: string) {
    this.#fs = fs;
    this.#path = path;
    this.#handle = fs.open(path, 'r');
  }

  readAt(offset: number, count: number): Uint8Array {
    if (offset < this.#at) {
      this[Symbol.dispose]();
      this.#handle = this.#fs.open(this.#path, 'r');
      this.#at = 0;
    }
    while (this.#at < offset) {
      if (this.#fill(new Uint8Array(Math.min(CHUNK_BYTES, offset - this.#at))) === 0) break;
    }
    const bytes = new Uint8Array(count);
    return bytes.subarray(0, this.#at === offset ? this.#fill(bytes) : 0);
  }

  #fill(buffer: Uint8Array): number {
    const count = fill(this.#handle, buffer);
    this.#at += count;
    return count;
  }

  [Symbol.dispose](): void {
    this.#handle[Symbol.dispose]();
  }
}

/** Reads until `buffer` is full or the file ends. */
function fill(handle: FileHandle, buffer: Uint8Array): number {
  let at = 0;
  while (at < buffer.byteLength) {
    const count = handle.read(buffer.subarray(at));
    if (count === 0) break;
    at += count;
  }
  return at;
}

type Expand = Omit<UnpackOptions, 'directory'> & { readonly to: string };

const PROGRAMS: Readonly<Partial<Record<Compression, readonly string[]>>> = {
  xz: ['xz', '--decompress', '--stdout', '--format=xz'],
  lzma: ['xz', '--decompress', '--stdout', '--format=lzma'],
  bzip2: ['bzip2', '--decompress', '--stdout'],
};

export async function expandMember(
  file: FileBytes,
  member: DebMember,
  { host: { fs, processes, env }, signal, to }: Expand,
): Promise<Result<undefined, string>> {
  const program = PROGRAMS[member.compression];
  if (!program) return expandHere(file, member, { fs, to });
  const packed = `${to}.packed`;
  using _ = { [Symbol.dispose]: () => fs.remove(packed) };
  {
    using out = fs.open(packed, 'w', 0o600);
    for (const chunk of chunksOf(file, member)) out.write(chunk);
  }
  try {
    const output = await processes.run([...program, packed], {
      env: { PATH: env.variables.PATH ?? '', LC_ALL: 'C.UTF-8' },
      signal,
      output: { path: to },
    });
    signal.throwIfAborted();
    return output.code === 0
      ? ok(undefined)
      : fail(`${member.name} cannot be expanded: ${gist(textOf(output.stderr))}`);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return fail(`${program[0]} is not installed`);
    throw error;
  }
}

async function expandHere(
  file: FileBytes,
  member: DebMember,
  { fs, to }: { fs: FileSystem; to: string },
): Promise<Result<undefined, string>> {
  using out = fs.open(to, 'w', 0o600);
  if (member.compression === 'none') {
    for (const chunk of chunksOf(file, member)) out.write(chunk);
    return ok(undefined);
  }
  const expander = member.compression === 'gzip' ? createGunzip() : createZstdDecompress();
  const failure = new Promise<string | undefined>((resolve) => {
    expander.on('error', (error) => resolve(`${member.name} cannot be expanded: ${error.message}`));
    expander.on('end', () => resolve(undefined));
  });
  expander.on('data', (chunk: Uint8Array) => out.write(chunk));
  for (const chunk of chunksOf(file, member)) {
    if (expander.destroyed) break;
    if (!expander.write(chunk))
      await Promise.race([new Promise((resolve) => expander.once('drain', resolve)), failure]);
  }
  expander.end();
  const problem = await failure;
  return problem === undefined ? ok(undefined) : fail(problem);
}

function* chunksOf(file: FileBytes, { offset, sizeBytes }: DebMember): Iterable<Uint8Array> {
  for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
    yield file.readAt(offset + at, Math.min(CHUNK_BYTES, sizeBytes - at));
  }
}

function readControl(fs: FileSystem, path: string): Result<Omit<UnpackedPackage, 'entries'>, string> {
  using handle = fs.open(path, 'r');
  const info = new Map<string, { mode: number; bytes: Uint8Array }>();
  const take = takerOf(handle);
  const read = readDebTar({
    take,
    content: ({ kind, path: name, mode }, count) => {
      const bytes = take(count);
      if (!bytes) return fail('its control archive ends too early');
      if (kind === 'file' && /^[A-Za-z0-9._-]{1,64}$/.test(name)) info.set(name, { mode, bytes });
      return ok(undefined);
    },
  });
  if (!read.ok) return read;
  const controlText = textOf(info.get('control')?.bytes ?? new Uint8Array());
  const parsed = parseControl(controlText);
  const control = parsed.ok && parsed.value.length === 1 ? parsed.value[0] : undefined;
  const name = control?.get('package');
  if (!control || name === undefined) return fail('its control file is damaged');
  info.delete('control');
  return ok({ name, control, controlText, info });
}

function readData(fs: FileSystem, path: string, directory: string): Result<readonly UnpackedEntry[], string> {
  using handle = fs.open(path, 'r');
  const contents = new Map<DebEntry, RootContent>();
  const take = takerOf(handle);
  const read = readDebTar({
    take,
    content: (entry, count) => {
      if (entry.kind !== 'file') return ok(undefined);
      const file =
        count <= CHUNK_BYTES
          ? keepSmall(fs, take(count), directory)
          : keepLarge(fs, { take, count, directory });
      if (file === undefined) return fail('its archive ends too early');
      contents.set(entry, { file, sizeBytes: count });
      return ok(undefined);
    },
  });
  if (!read.ok) return read;
  return ok(
    read.value.map((entry) => ({
      ...entry,
      ...(contents.has(entry) ? { content: contents.get(entry)! } : {}),
    })),
  );
}

export function takerOf(handle: FileHandle): (count: number) => Uint8Array | undefined {
  return (count) => {
    const bytes = new Uint8Array(count);
    return fill(handle, bytes) === count ? bytes : undefined;
  };
}

function keepSmall(fs: FileSystem, bytes: Uint8Array | undefined, directory: string): string | undefined {
  if (!bytes) return undefined;
  const file = posix.join(directory, digestOf(bytes).hash);
  if (!fs.lstat(file)) fs.writeFile(file, bytes, 0o600);
  return file;
}

function keepLarge(
  fs: FileSystem,
  {
    take,
    count,
    directory,
  }: { take: (count: number) => Uint8Array | undefined; count: number; directory: string },
): string | undefined {
  const partial = posix.join(directory, 'large.part');
  const digester = new Digester();
  {
    using out = fs.open(partial, 'w', 0o600);
    for (let left = count; left > 0; left -= Math.min(left, CHUNK_BYTES)) {
      const chunk = take(Math.min(left, CHUNK_BYTES));
      if (!chunk) return undefined;
      digester.update(chunk);
      out.write(chunk);
    }
  }
  const file = posix.join(directory, digester.digest().hash);
  fs.rename(partial, file);
  return file;
}

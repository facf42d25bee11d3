import { posix } from 'node:path';
import { constants, createZstdCompress } from 'node:zlib';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { type ByteStream, fileBytes, through, writeStream } from './byte-stream.ts';
import { type FolderEntry, listFolder } from './folder.ts';
import { gzipped } from './gzip.ts';
import { type TarEntry, tarBytes } from './tar-writer.ts';
import { badInput, type Tool, type ToolContext, usage } from './tool.ts';
import { writeZip, type ZipMember } from './zip-writer.ts';

const FORMATS = ['tar', 'tar.gz', 'tar.zst', 'zip'] as const;
type Format = (typeof FORMATS)[number];

const USAGE =
  'archive --format <tar|tar.gz|tar.zst|zip> --out <file> [--prefix <path>] [--time <seconds>] <dir>';
/** SOURCE_DATE_EPOCH of every build: 1980-01-01, the first time that all formats know. */
const DEFAULT_TIME = 315532800;
const ZSTD_LEVEL = 9;

/**
 * `archive v1`: a folder as one file. Sorted, owned by 0:0, modes 0644 and 0755, one time for all (zip: always 1980).
 * `--prefix` puts everything below a folder of the archive.
 */
export const archive: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['format', 'out', 'prefix', 'time']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const format = FORMATS.find((each) => each === options.format);
  const time = Number(options.time ?? DEFAULT_TIME);
  if (
    !format ||
    options.out === undefined ||
    operands.length !== 1 ||
    !Number.isSafeInteger(time) ||
    time < 0
  ) {
    return usage(USAGE);
  }
  const entries = listFolder(context.fs, posix.resolve(context.workingDirectory, operands[0]!));
  const prefixed = withPrefix(entries, options.prefix ?? '');
  const out = posix.resolve(context.workingDirectory, options.out);
  context.fs.makeDirectory(posix.dirname(out));
  if (format === 'zip') return archiveZip(prefixed, out, context);
  await writeStream(context.fs, out, compressed(tarBytes(tarEntries(prefixed, time, context)), format));
  return ok(undefined);
};

/** A prefix's own folders come first, as if they stood in the folder. */
function withPrefix(entries: readonly FolderEntry[], prefix: string): FolderEntry[] {
  const names = prefix.split('/').filter((each) => each !== '' && each !== '.');
  const folders = names.map(
    (_, index): FolderEntry => ({ kind: 'directory', path: names.slice(0, index + 1).join('/') }),
  );
  const base = names.length === 0 ? '' : `${names.join('/')}/`;
  return [...folders, ...entries.map((entry) => ({ ...entry, path: base + entry.path }))];
}

function compressed(source: ByteStream, format: Format): ByteStream {
  if (format === 'tar.gz') return gzipped(source);
  if (format !== 'tar.zst') return source;
  const params = {
    [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL,
    [constants.ZSTD_c_checksumFlag]: 1,
  };
  return through(source, createZstdCompress({ params }));
}

function* tarEntries(
  entries: readonly FolderEntry[],
  modifiedAt: number,
  { fs }: ToolContext,
): Iterable<TarEntry> {
  for (const entry of entries) {
    const common = { path: entry.path, uid: 0, gid: 0, modifiedAt };
    if (entry.kind === 'directory') yield { ...common, kind: 'directory', mode: 0o755 };
    else if (entry.kind === 'symlink')
      yield { ...common, kind: 'symlink', mode: 0o777, target: entry.target };
    else {
      const { sizeBytes, source } = entry;
      yield { ...common, kind: 'file', mode: modeOf(entry), sizeBytes, bytes: () => fileBytes(fs, source) };
    }
  }
}

async function archiveZip(
  entries: readonly FolderEntry[],
  out: string,
  { fs }: ToolContext,
): ReturnType<Tool> {
  using handle = fs.open(out, 'w', 0o644);
  const members = entries.map((entry): ZipMember => {
    if (entry.kind === 'file') {
      const { path, sizeBytes, source } = entry;
      const mode = 0o100000 | modeOf(entry);
      return { path, mode, isStored: false, alignment: 1, sizeBytes, bytes: () => fileBytes(fs, source) };
    }
    const content = Buffer.from(entry.kind === 'symlink' ? entry.target : '');
    return {
      path: entry.kind === 'directory' ? `${entry.path}/` : entry.path,
      mode: entry.kind === 'directory' ? 0o40755 : 0o120777,
      isStored: true,
      alignment: 1,
      sizeBytes: content.byteLength,
      async *bytes() {
        yield content;
      },
    };
  });
  const written = await writeZip(members, (chunk) => handle.write(chunk));
  return written.ok ? ok(undefined) : badInput(written.failure);
}

function modeOf(entry: { readonly isExecutable: boolean }): number {
  return entry.isExecutable ? 0o755 : 0o644;
}

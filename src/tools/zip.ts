import { posix } from 'node:path';
import { ok } from '../base/index.ts';
import { parseArguments } from './arguments.ts';
import { fileBytes } from './byte-stream.ts';
import { type FolderEntry, listFolder } from './folder.ts';
import { badInput, type Tool, type ToolContext, usage } from './tool.ts';
import { writeZip, type ZipMember } from './zip-writer.ts';

const ALIGNMENT_BYTES = 4;
/** Native libraries are mapped from the archive, on devices with pages of up to this size. */
const LIBRARY_ALIGNMENT_BYTES = 16384;
const FILE_MODE = 0o100644;

/**
 * `zip v1 --out <file> [--store <ext,ext>] <dir>`: the files of a folder as an APK holds them. Files with one of the
 * extensions (without dot) are stored and aligned: 4 bytes, `.so` 16 KiB; the others are deflated where that makes
 * them smaller. Sorted, dated 1980-01-01; folders have no entries of their own and a link is an error.
 */
export const zip: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['out', 'store']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (options.out === undefined || operands.length !== 1)
    return usage('zip --out <file> [--store <ext,ext>] <dir>');
  const stored = new Set((options.store ?? '').split(',').filter((each) => each !== ''));
  const members: ZipMember[] = [];
  for (const entry of listFolder(context.fs, posix.resolve(context.workingDirectory, operands[0]!))) {
    if (entry.kind === 'symlink')
      return badInput(`${entry.path} is a symbolic link; a zip file holds plain files only`);
    if (entry.kind === 'file') members.push(member(context, entry, stored));
  }
  const out = posix.resolve(context.workingDirectory, options.out);
  context.fs.makeDirectory(posix.dirname(out));
  using handle = context.fs.open(out, 'w', 0o644);
  const written = await writeZip(members, (chunk) => handle.write(chunk));
  return written.ok ? ok(undefined) : badInput(written.failure);
};

function member(
  context: ToolContext,
  entry: FolderEntry & { kind: 'file' },
  stored: ReadonlySet<string>,
): ZipMember {
  const extension = posix.extname(entry.path).slice(1);
  return {
    path: entry.path,
    mode: FILE_MODE,
    isStored: stored.has(extension),
    alignment: extension === 'so' ? LIBRARY_ALIGNMENT_BYTES : ALIGNMENT_BYTES,
    sizeBytes: entry.sizeBytes,
    bytes: () => fileBytes(context.fs, entry.source),
  };
}

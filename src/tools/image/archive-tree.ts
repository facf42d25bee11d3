import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import { cleanPath } from '../../oci/index.ts';
import { TarFormatError } from '../tar-format-error.ts';
import { readTar, type TarMember } from '../tar-reader.ts';
import type { ToolContext } from '../tool.ts';
import { compressionOf, decompressed, isDecompressionError } from './decompress.ts';
import { FileTree, parentOf } from './file-tree.ts';
import { MemberKeys, memberNode } from './member-node.ts';

export interface Archive {
  readonly tree: FileTree;
  /** Folders that hold members and are none themselves, so that nothing tells how they are. */
  readonly implied: ReadonlySet<string>;
}

/** What ADD makes of a file: an archive's members, or no archive at all. A failure names what cannot be unpacked. */
export async function readArchive(
  fs: ToolContext['fs'],
  path: string,
  name: string,
): Promise<Result<Archive | undefined, string>> {
  const bytes = decompressed(fs, path);
  if (!bytes) {
    return fail(
      `ADD would unpack ${name}, but there is no decoder for ${compressionOf(fs, path)} here; ` +
        'pack it with gzip or zstd, or write --unpack=false',
    );
  }
  const tree = new FileTree();
  const named = new Set<string>();
  const keys = new MemberKeys();
  let count = 0;
  try {
    for await (const member of readTar(bytes)) {
      count++;
      const place = addMember(tree, member, { archive: path, keys });
      if (!place.ok) return fail(`${name}: ${place.failure}`);
      named.add(place.value);
    }
  } catch (error) {
    if (!(error instanceof TarFormatError) && !isDecompressionError(error)) throw error;
    // As Docker has it, what does not begin like an archive is a file.
    return count === 0
      ? ok(undefined)
      : fail(`${name} is damaged: ${error instanceof Error ? error.message : ''}`);
  }
  if (count === 0) return ok(undefined);
  const paths = tree.below('').map(([each]) => each);
  return ok({ tree, implied: new Set(paths.filter((each) => !named.has(each))) });
}

/** Lays a member over `tree`, the links of the archive followed inside it, and gives its place; or why it cannot be. */
function addMember(
  tree: FileTree,
  member: TarMember,
  from: { readonly archive: string; readonly keys: MemberKeys },
): Result<string, string> {
  const relative = cleanPath(`./${member.path}`);
  if (relative.startsWith('../') || relative === '..')
    return fail(`the member ${member.path} lies outside the archive`);
  const path = cleanPath(`/${member.path}`);
  if (path === '') return ok(path);
  const parent = tree.resolve(parentOf(path), true);
  if (parent === undefined) return fail(`the member ${member.path} lies behind a loop of links`);
  tree.makeFolders(parent);
  if (tree.get(parent)?.kind !== 'directory') return fail(`the member ${member.path} lies in a file`);
  const place = posix.join(parent, posix.basename(path));
  if (member.kind === 'hardlink') return addLink(tree, place, member);
  const node = member.kind === 'other' ? undefined : memberNode(member, from);
  if (!node) return fail(`the member ${member.path} is a device or another thing that no layer gets`);
  tree.replace(place, node);
  return ok(place);
}

function addLink(tree: FileTree, place: string, member: TarMember): Result<string, string> {
  const target = tree.get(cleanPath(`/${member.target}`));
  if (target?.kind !== 'file')
    return fail(`the member ${member.path} is a hard link to ${member.target}, which is no file of it`);
  tree.replace(place, target);
  return ok(place);
}

import { posix } from 'node:path';
import {
  isAtHome,
  NOT_BUILT,
  type NotBuilt,
  notBuiltBecause,
  PROGRAM_HEADER_BYTES,
  programMachine,
} from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';
import type { FileNode } from './file-tree.ts';

/** Ends an assembly: the image cannot be made for its platform on this machine, which is no failure. */
export class ImageNotBuilt extends Error {
  readonly notBuilt: NotBuilt;

  constructor(notBuilt: NotBuilt) {
    super(notBuilt.reason);
    this.notBuilt = notBuilt;
  }
}

/** Why what would go on from the folder at `path`, which should hold an image or a part of one, is not built, as that is not. */
export function notBuiltFrom(
  fs: Pick<ToolContext['fs'], 'lstat' | 'readText'>,
  { root, path }: { readonly root: string; readonly path: string },
): NotBuilt | undefined {
  const full = posix.join(posix.resolve(root, path), NOT_BUILT);
  return notBuiltBecause(path, fs.lstat(full)?.type === 'file' ? fs.readText(full) : undefined);
}

/** Ends the assembly where an executable file that `instruction` brings is a program for another processor. */
export function assertAtHome(
  fs: Pick<ToolContext['fs'], 'open'>,
  nodes: ReadonlyMap<string, FileNode>,
  { architecture, instruction }: { readonly architecture: string; readonly instruction: string },
): void {
  for (const [path, node] of [...nodes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const machine = machineOf(fs, node);
    if (machine === undefined || isAtHome(machine, architecture)) continue;
    const [line = ''] = instruction.split('\n', 1);
    throw new ImageNotBuilt({ reason: `/${path} is a program for ${machine}, which \`${line}\` brings` });
  }
}

function machineOf(fs: Pick<ToolContext['fs'], 'open'>, node: FileNode): string | undefined {
  if (node.kind !== 'file' || node.content.kind !== 'disk') return undefined;
  if ((node.mode & 0o111) === 0 || node.sizeBytes < PROGRAM_HEADER_BYTES) return undefined;
  using file = fs.open(node.content.path, 'r');
  const bytes = Buffer.alloc(PROGRAM_HEADER_BYTES);
  let filled = 0;
  for (let count = -1; filled < bytes.byteLength && count !== 0; filled += count)
    count = file.read(bytes.subarray(filled));
  return programMachine(bytes.subarray(0, filled));
}

import { listFolder } from '../folder.ts';
import type { ToolContext } from '../tool.ts';
import { FileTree } from './file-tree.ts';

const FOLDER_MODE = 0o755;

/** A folder on disk as an image sees it: owned by 0:0, modes 0644 and 0755. Empty when nothing is there. */
export function loadFolder(fs: ToolContext['fs'], root: string): FileTree {
  const tree = new FileTree();
  if (fs.lstat(root)?.type !== 'directory') return tree;
  const owner = { uid: 0, gid: 0 };
  for (const entry of listFolder(fs, root)) {
    if (entry.kind === 'directory') tree.set(entry.path, { kind: 'directory', mode: FOLDER_MODE, ...owner });
    else if (entry.kind === 'symlink')
      tree.set(entry.path, { kind: 'symlink', target: entry.target, ...owner });
    else {
      const { sizeBytes, isExecutable, source } = entry;
      const mode = isExecutable ? 0o755 : 0o644;
      tree.set(entry.path, {
        kind: 'file',
        mode,
        sizeBytes,
        content: { kind: 'disk', path: source },
        ...owner,
      });
    }
  }
  return tree;
}

import { isTargetName } from '../base/index.ts';
import type { ObservedFiles } from './observed-files.ts';

/** The folders of `components/` or `mobile/` that may be targets; hidden ones are none. */
export function targetFolders(files: ObservedFiles, parent: string): string[] {
  const folders: string[] = [];
  for (const { name, type } of files.list(parent)) {
    if (name.startsWith('.')) continue;
    const directory = `${parent}/${name}`;
    if (type === 'directory') folders.push(directory);
    else if (type === 'symlink') {
      files.report({
        code: 'workspace/linked-folder',
        severity: 'warning',
        message: 'a link is not looked into',
        hint: 'put the folder itself here',
        path: directory,
      });
    }
  }
  return folders;
}

/** The name of a target that is called as its folder; reports one that cannot be. */
export function nameOfFolder(files: ObservedFiles, directory: string): string | undefined {
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  if (isTargetName(name)) return name;
  files.report({
    code: 'workspace/bad-name',
    severity: 'error',
    message: `\`${name}\` cannot be the name of a target`,
    hint: 'start with a letter or digit; then letters, digits, ".", "-" and "_", at most 128 in all',
    path: directory,
  });
  return undefined;
}

/** Warns of a folder of which no target was made. */
export function reportUnrecognised(files: ObservedFiles, directory: string, hint: string): void {
  const other = files.stat(`${directory}/build.yml`);
  files.report({
    code: other ? 'workspace/wrong-extension' : 'workspace/not-recognised',
    severity: 'warning',
    message: other ? 'the file is not read because of its name' : 'no target was recognised in this folder',
    hint: other ? 'rename it to build.yaml' : hint,
    path: other ? `${directory}/build.yml` : directory,
  });
}

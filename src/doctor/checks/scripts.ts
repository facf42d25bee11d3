import { join, relative } from 'node:path/posix';
import type { BuildConfiguration } from '../../config/index.ts';
import type { Target } from '../../graph/index.ts';
import { type FileSystem, resolvedPath } from '../../host/index.ts';
import { calledPaths } from '../called-scripts.ts';
import type { Examined } from '../examined.ts';
import { broken, fine, found, shellWord, warning } from '../found.ts';
import type { DoctorReport, Finding } from '../model.ts';
import { inDeclared } from '../no-workspace.ts';

const ID = 'workspace/scripts';
const EXECUTABLE = 0o111;

export function checkScripts(examined: Examined): DoctorReport {
  return inDeclared(examined, ID, ({ root, declared: { configuration, targets } }) => {
    const { fs } = examined.host;
    const called = calledScripts(configuration, targets)
      .map((path) => join(root, path))
      .filter((path) => isInside(fs, root, path));
    const others = shellScripts(fs, root, targets).filter((path) => !called.includes(path));
    const wrong = called.filter((path) => !isExecutable(fs, path));
    const findings: Finding[] = wrong.map((path) =>
      broken(ID, `${relative(root, path)} is called by the configuration and is not executable`, {
        remedy: `chmod +x ${shellWord(path)}`,
        mend: { kind: 'mode', path, set: EXECUTABLE, keep: 0o777 },
      }),
    );
    const idle = others.filter((path) => !isExecutable(fs, path) && hasInterpreter(fs, path));
    if (idle.length > 0) {
      const names = idle.map((path) => relative(root, path)).join(', ');
      const remedy = `chmod +x ${idle.map(shellWord).join(' ')}`;
      findings.push(
        warning(ID, `not executable, though the first line names an interpreter: ${names}`, { remedy }),
      );
    }
    if (findings.length > 0) return found(...findings);
    return found(fine(ID, `all scripts that the configuration calls are executable (${called.length})`));
  });
}

/** Relative to the workspace, sorted. */
function calledScripts(
  { buildSteps }: Pick<BuildConfiguration, 'buildSteps'>,
  targets: readonly Target[],
): readonly string[] {
  const global = buildSteps.flatMap(({ command }) => (command ? calledPaths(command.value) : []));
  const own = targets.flatMap(({ spec, directory }) =>
    spec.rule === 'component'
      ? [...spec.buildSteps.map(({ command }) => command), ...(spec.serve ? [spec.serve.command] : [])]
          .flatMap(({ value }) => calledPaths(value))
          .map((path) => join(directory, path))
      : [],
  );
  return [...new Set([...global.map((path) => join(path)), ...own])].sort();
}

/** A file of the workspace itself, not one that a link brings in; what is made by a step is not there yet. */
function isInside(fs: FileSystem, root: string, path: string): boolean {
  const real = resolvedPath(fs, path);
  const home = resolvedPath(fs, root);
  return (
    real !== undefined && home !== undefined && real.startsWith(`${home}/`) && fs.lstat(path)?.type === 'file'
  );
}

function isExecutable(fs: FileSystem, path: string): boolean {
  return ((fs.lstat(path)?.mode ?? 0) & 0o100) !== 0;
}

/** Those of the targets that are scripts. */
function shellScripts(fs: FileSystem, root: string, targets: readonly Target[]): readonly string[] {
  const folders = targets
    .filter(({ spec }) => spec.rule === 'scripts')
    .map(({ directory }) => join(root, directory));
  return folders.flatMap((folder) =>
    fs.lstat(folder)?.type === 'directory'
      ? fs
          .readDirectory(folder)
          .filter(({ name, type }) => type === 'file' && name.endsWith('.sh'))
          .map(({ name }) => join(folder, name))
      : [],
  );
}

/** A library that others read has no such line. */
function hasInterpreter(fs: FileSystem, path: string): boolean {
  using file = fs.open(path, 'r');
  const start = new Uint8Array(2);
  return file.read(start) === 2 && Buffer.from(start).toString() === '#!';
}

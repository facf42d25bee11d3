import { posix } from 'node:path';
import type { ToolContext } from './tool.ts';

/** Longer ones are no scripts whose first line could be wrong. */
const MAX_SCRIPT_BYTES = 1 << 20;

/** Links the commands of unpacked packages into the `.bin` beside each; where two bear one name the first path wins. */
export function linkBins({ fs, workingDirectory }: ToolContext, packages: readonly string[]): void {
  for (const path of [...packages].sort()) {
    const folder = posix.resolve(workingDirectory, path);
    const manifest = readManifest(fs, folder);
    const modules = path.slice(0, path.lastIndexOf('node_modules/') + 'node_modules'.length);
    const links = posix.resolve(workingDirectory, modules, '.bin');
    for (const [name, file] of binsOf(fs, folder, manifest)) {
      const target = posix.join(folder, file);
      const link = posix.join(links, name);
      if (fs.lstat(target)?.type !== 'file' || fs.lstat(link)) continue;
      makeCommand(fs, target);
      fs.makeDirectory(links);
      fs.symlink(posix.relative(links, target), link);
    }
  }
}

interface Manifest {
  readonly name?: unknown;
  readonly bin?: unknown;
  readonly directories?: unknown;
}

function readManifest(fs: ToolContext['fs'], folder: string): Manifest {
  const path = posix.join(folder, 'package.json');
  if (fs.lstat(path)?.type !== 'file') return {};
  try {
    const value: unknown = JSON.parse(fs.readText(path).replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Commands by name with their file in the package, both cut down to what stays inside. */
function binsOf(
  fs: ToolContext['fs'],
  folder: string,
  { name, bin, directories }: Manifest,
): [string, string][] {
  const declared: [string, unknown][] =
    typeof bin === 'string' ? [[String(name ?? ''), bin]] : isRecord(bin) ? Object.entries(bin) : [];
  if (bin === undefined && isRecord(directories) && typeof directories.bin === 'string') {
    const below = inside(directories.bin);
    const path = posix.join(folder, below);
    if (fs.lstat(path)?.type === 'directory')
      for (const entry of fs.readDirectory(path)) declared.push([entry.name, posix.join(below, entry.name)]);
  }
  return declared.flatMap(([command, file]): [string, string][] => {
    const clean = posix.basename(inside(command.replace(/[\\:]/g, '/')));
    return clean === '' || typeof file !== 'string' ? [] : [[clean, inside(file)]];
  });
}

/** As npm does: a path that climbs out is taken from the package's own root. */
function inside(path: string): string {
  return posix.join('/', path.replaceAll('\\', '/')).slice(1);
}

/** Executable, and its first line without the carriage return that would become part of the interpreter's name. */
function makeCommand(fs: ToolContext['fs'], path: string): void {
  const stat = fs.lstat(path);
  if (stat && stat.sizeBytes <= MAX_SCRIPT_BYTES) {
    const text = Buffer.from(fs.readFile(path)).toString('latin1');
    const fixed = text.replace(/^(#![^\n]*)\r\n/, '$1\n');
    if (fixed !== text) fs.writeFile(path, Buffer.from(fixed, 'latin1'), 0o755);
  }
  fs.chmod(path, 0o755);
}

/** Top folders that only the build writes. */
const OUTPUT_FOLDERS: ReadonlySet<string> = new Set(['dist', 'build-cache']);

/** Made from locks by tools, wherever they lie. */
const ENVIRONMENT_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.venv']);

/** Never sources, whatever git says. `path` is relative to the workspace. */
export function isNeverSource(path: string): boolean {
  const slash = path.indexOf('/');
  if (OUTPUT_FOLDERS.has(slash < 0 ? path : path.slice(0, slash))) return true;
  if (!path.includes('node_modules') && !path.includes('.venv') && !path.includes('.git')) return false;
  return path.split('/').some((name) => ENVIRONMENT_FOLDERS.has(name) || name === '.git');
}

/** Where no git tells what is ignored: folders of these names, wherever they lie, hold no sources. */
export function isUsualOutput(name: string): boolean {
  return OUTPUT_FOLDERS.has(name) || ENVIRONMENT_FOLDERS.has(name) || name === '.git';
}

export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : name === '' ? directory : `${directory}/${name}`;
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

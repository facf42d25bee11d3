import type { FileSystem, Host } from '../host/index.ts';

/** What this machine makes results for. */
export function architectureOf({ env }: Pick<Host, 'env'>): 'amd64' | 'arm64' {
  return env.architecture === 'arm64' ? 'arm64' : 'amd64';
}

const ALWAYS = 'C.UTF-8';

/** The locale, or the one that is always there; the archive of a distribution is not looked into. */
export function presentLocale(fs: Pick<FileSystem, 'lstat'>, name: string): string {
  const folders = [name.replace(/UTF-8$/, 'utf8'), name].map((each) => `/usr/lib/locale/${each}`);
  return name === ALWAYS || folders.some((folder) => fs.lstat(folder) !== undefined) ? name : ALWAYS;
}

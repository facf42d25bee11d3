import type { BuildConfiguration } from '../config/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import type { Architecture } from '../rules/index.ts';

/** What this machine makes results for. */
export function architectureOf({ env }: Pick<Host, 'env'>): Architecture {
  return env.architecture === 'arm64' ? 'arm64' : 'amd64';
}

/** What images are built for; the machine's own where the configuration names nothing. */
export function imageArchitectures(
  host: Pick<Host, 'env'>,
  { environment }: Pick<BuildConfiguration, 'environment'>,
): readonly Architecture[] {
  const named = new Set(environment.architectures.map(({ value }) => value as Architecture));
  return named.size === 0 ? [architectureOf(host)] : [...named];
}

const ALWAYS = 'C.UTF-8';

/** The locale, or the one that is always there; the archive of a distribution is not looked into. */
export function presentLocale(fs: Pick<FileSystem, 'lstat'>, name: string): string {
  const folders = [name.replace(/UTF-8$/, 'utf8'), name].map((each) => `/usr/lib/locale/${each}`);
  return name === ALWAYS || folders.some((folder) => fs.lstat(folder) !== undefined) ? name : ALWAYS;
}

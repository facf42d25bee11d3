import { posix } from 'node:path';
import { type Host, resolvedPath } from '../host/index.ts';

export interface Jdk {
  /** Its folder, links followed. */
  readonly home: string;
  /** `17.0.15`. */
  readonly version: string;
  /** It stands in the visible root and the package database answers for it. */
  readonly isShown: boolean;
}

const OLDEST = 17;

/**
 * The oldest JDK that is new enough, so that a second, newer one changes nothing; those of packages in /usr/lib/jvm come
 * first, then others there, then JAVA_HOME, then the one of PATH.
 */
export function findJdk({ fs, env, processes }: Pick<Host, 'fs' | 'env' | 'processes'>): {
  readonly jdk: Jdk | undefined;
  readonly sawOlder: boolean;
} {
  const { JAVA_HOME: own, PATH: path = '' } = env.variables;
  const homes = new Set<string>();
  if (fs.lstat('/usr/lib/jvm')?.type === 'directory') {
    for (const { name } of fs.readDirectory('/usr/lib/jvm')) homes.add(`/usr/lib/jvm/${name}`);
  }
  if (own !== undefined && posix.isAbsolute(own)) homes.add(own);
  const javac = processes.which('javac', path);
  const real = javac === undefined ? undefined : resolvedPath(fs, javac);
  if (real !== undefined) homes.add(posix.dirname(posix.dirname(real)));
  const found = [...homes].flatMap((home) => jdkAt(fs, home) ?? []);
  const fit = found.filter(({ version }) => major(version) >= OLDEST);
  fit.sort((a, b) => Number(b.isShown) - Number(a.isShown) || major(a.version) - major(b.version));
  return { jdk: fit[0], sawOlder: found.length > 0 };
}

function jdkAt(fs: Host['fs'], path: string): Jdk | undefined {
  const home = resolvedPath(fs, path);
  if (home === undefined || fs.lstat(home)?.type !== 'directory') return undefined;
  if (fs.lstat(posix.join(home, 'bin'))?.type !== 'directory' || !fs.lstat(posix.join(home, 'bin/javac')))
    return undefined;
  const release = fs.readTextIfExists(posix.join(home, 'release')) ?? '';
  const version = /^JAVA_VERSION="([\d._]+)/m.exec(release)?.[1];
  return version === undefined ? undefined : { home, version, isShown: isOwned(fs, home) };
}

const PACKAGE_LISTS = '/var/lib/dpkg/info';

/** A JDK that no package owns could change without the package database telling. */
function isOwned(fs: Host['fs'], home: string): boolean {
  if (!home.startsWith('/usr/lib/jvm/') || fs.lstat(PACKAGE_LISTS)?.type !== 'directory') return false;
  return fs
    .readDirectory(PACKAGE_LISTS)
    .filter(({ name }) => /(jdk|jre|java|temurin|zulu|corretto).*\.list$/.test(name))
    .some(({ name }) => fs.readText(`${PACKAGE_LISTS}/${name}`).split('\n').includes(`${home}/bin/javac`));
}

/** `1.8.0` is 8. */
function major(version: string): number {
  const [first, second] = version.split(/[._]/).map(Number);
  return first === 1 ? (second ?? 0) : (first ?? 0);
}

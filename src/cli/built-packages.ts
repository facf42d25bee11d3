import { basename, join } from 'node:path/posix';
import type { FileSystem } from '../host/index.ts';
import { entriesOf, filesBelow } from './files-below.ts';

const FOLDER = 'dist/mobile';
/** The package that devices take comes before the bundle for the store. */
const ENDINGS = ['apk', 'aab', 'ipa'];

export interface BuiltPackages {
  /** Of the app itself; several where its build left several and none of them stands out. */
  readonly packages: readonly string[];
  /** Variants of the app, or other apps whose names begin alike: which of them is not for us to say. */
  readonly similar: readonly string[];
}

/** What builds left of an app, below the workspace: `NAME.apk`, signed or not, or what Gradle or Xcode left in `NAME/`. */
export function builtPackages(
  fs: FileSystem,
  root: string,
  name: string,
  endings: readonly string[] = ENDINGS,
): BuiltPackages {
  const names = ['', '-unsigned'].flatMap((end) => endings.map((ending) => `${name}${end}.${ending}`));
  const own = names.map((each) => `${FOLDER}/${each}`).find((path) => fs.lstat(join(root, path)));
  if (own !== undefined) return { packages: [own], similar: [] };
  const inside = filesBelow(fs, root, `${FOLDER}/${name}`);
  for (const ending of endings) {
    const packages = inside.filter((path) => path.endsWith(`.${ending}`));
    if (packages.length > 0) return { packages, similar: [] };
  }
  const similar = entriesOf(fs, join(root, FOLDER))
    .map((entry) => entry.name)
    .filter((each) => each.startsWith(`${name}-`) && endings.some((ending) => each.endsWith(`.${ending}`)))
    .map((each) => `${FOLDER}/${each}`);
  return { packages: [], similar };
}

/** What a package is called after `app:`. */
export function nameOf(path: string): string {
  return basename(path).replace(/(?:-unsigned)?\.[a-z]+$/, '');
}

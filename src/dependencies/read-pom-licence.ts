import { posix } from 'node:path';
import type { FileSystem } from '../host/index.ts';
import { pomLicence } from '../packages/index.ts';
import type { Licensed } from './model.ts';

/** POMs have few parents; a circle ends here. */
const MAX_PARENTS = 10;
const MAX_CHARACTERS = 1000;

/** A file in coursier's cache and what it is of. */
export interface MavenFile {
  readonly path: string;
  /** `group:artifact`. */
  readonly module: string;
  readonly version: string;
}

/** The licence by the POM that coursier keeps beside the file, or by the nearest parent that states one and lies in the same cache. */
export function readPomLicence(fs: FileSystem, { path, module, version }: MavenFile): Licensed {
  const folder = posix.dirname(path);
  const own = placeOf(module, version);
  const root = folder.endsWith(`/${posix.dirname(own)}`)
    ? folder.slice(0, -posix.dirname(own).length)
    : undefined;
  let place: string | undefined = posix.join(folder, posix.basename(own));
  for (let count = 0; count < MAX_PARENTS && place !== undefined; count++) {
    const pom = fs.readTextIfExists(place);
    if (pom === undefined) return {};
    const licence = pomLicence(pom)?.replace(/\s+/g, ' ').slice(0, MAX_CHARACTERS);
    if (licence !== undefined) return { licence };
    const parent = parentOf(pom);
    place = root === undefined || parent === undefined ? undefined : posix.join(root, parent);
  }
  return {};
}

/** `group/artifact/version/artifact-version.pom`. */
function placeOf(module: string, version: string): string {
  const [group = '', artifact = ''] = module.split(':');
  return posix.join(group.replaceAll('.', '/'), artifact, version, `${artifact}-${version}.pom`);
}

function parentOf(pom: string): string | undefined {
  const [, block = ''] =
    /<parent>([\s\S]{0,4000}?)<\/parent>/.exec(pom.replace(/<!--[\s\S]*?-->/g, '')) ?? [];
  const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map(
    (name) => new RegExp(`<${name}>\\s*([\\w.+-]+)\\s*</${name}>`).exec(block)?.[1],
  );
  if (group === undefined || artifact === undefined || version === undefined) return undefined;
  return [group, artifact, version].some((each) => /^\.+$/.test(each))
    ? undefined
    : placeOf(`${group}:${artifact}`, version);
}

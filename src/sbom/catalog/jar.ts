import { basename } from 'node:path/posix';
import { unzip } from '../../archives/index.ts';
import { sha256, withoutAbsent } from '../../base/index.ts';
import { licenceExpression, pomLicence } from '../../packages/index.ts';
import { readAndroidMarker, wantsAndroidMarker } from './android-markers.ts';
import { type Fields, fieldOf, paragraphs } from './fields.ts';
import type { Found, FoundPackage, Reader } from './found.ts';

const POM = /^META-INF\/maven\/[^/]+\/[^/]+\/pom\.(properties|xml)$/;
const JAR = /\.(jar|war|ear|aar)$/i;
const MANIFEST = 'META-INF/MANIFEST.MF';
/** A jar in a jar in a jar is as deep as frameworks go. */
const MAX_DEPTH = 4;

/**
 * A jar: what Maven left in it tells which packages it holds, its manifest what it is called where nothing else does. A name
 * without a group is no package: it stands as a library with its hash. Jars in it are read too.
 */
export const readJar: Reader = (path, bytes) => jarAt(path, bytes, { depth: 1, inside: '' });

interface JarPlace {
  readonly depth: number;
  readonly inside: string;
}

interface JarContent {
  readonly manifest: Fields | undefined;
  readonly packages: readonly FoundPackage[];
  readonly nested: readonly Found[];
}

function jarAt(path: string, bytes: Buffer, place: JarPlace): readonly Found[] {
  const where = place.inside === '' ? {} : { inside: place.inside };
  const wants = (name: string): boolean =>
    POM.test(name) || name === MANIFEST || JAR.test(name) || wantsAndroidMarker(name);
  const files = unzip(bytes, { wants });
  if (!files.ok) return [{ kind: 'not-listed', why: `as an archive of Java, ${files.failure}`, ...where }];
  const contents = new Map(files.value.map((file) => [file.path, bufferOf(file.content)]));
  const manifest = contents.get(MANIFEST);
  const content: JarContent = {
    manifest: manifest && [...paragraphs(manifest.toString('utf8'), '')][0],
    packages: mavenPackages(contents).map((one) => ({ ...one, ...where })),
    nested: [...contents].flatMap(([name, inner]) => innerFound(name, inner, place)),
  };
  return [...ownFound(path, bytes, content).map((one) => ({ ...one, ...where })), ...content.nested];
}

function innerFound(name: string, bytes: Buffer, { depth, inside }: JarPlace): readonly Found[] {
  const at = `${inside}!/${name}`;
  if (wantsAndroidMarker(name)) return readAndroidMarker(name, bytes).map((one) => ({ ...one, inside: at }));
  if (!JAR.test(name)) return [];
  if (depth >= MAX_DEPTH)
    return [{ kind: 'not-listed', why: `it lies in more than ${MAX_DEPTH} archives`, inside: at }];
  return jarAt(name, bytes, { depth: depth + 1, inside: at });
}

/** The package that the file itself is has its hash; the others lie in it. */
function ownFound(path: string, bytes: Buffer, { manifest, packages }: JarContent): readonly Found[] {
  const hashes = [{ algorithm: 'sha256', hex: sha256(bytes) }] as const;
  const stem = basename(path).replace(JAR, '');
  const isOwn = ({ name }: FoundPackage): boolean => {
    const artifact = name.slice(name.indexOf(':') + 1);
    return stem === artifact || stem.startsWith(`${artifact}-`) || stem.startsWith(`${artifact}_`);
  };
  const own = packages.find(isOwn) ?? (packages.length === 1 ? packages[0] : undefined);
  if (own) {
    const licence = own.licence ?? bundleLicence(manifest);
    const main = { ...own, hashes, ...(licence === undefined ? {} : { licence }) };
    return [main, ...packages.filter((each) => each !== own)];
  }
  const [, name = stem, version] = /^(.+?)-(\d[\w.+-]*)$/.exec(stem) ?? [];
  const stated =
    manifest && (fieldOf(manifest, 'implementation-version') ?? fieldOf(manifest, 'bundle-version'));
  const unnamed = withoutAbsent({
    kind: 'file' as const,
    type: 'library' as const,
    name: (manifest && fieldOf(manifest, 'bundle-symbolicname')?.split(';')[0]) ?? name,
    version: version ?? stated,
    licence: bundleLicence(manifest),
    hashes,
  });
  return [unnamed, ...packages];
}

function mavenPackages(contents: ReadonlyMap<string, Buffer>): FoundPackage[] {
  const found: FoundPackage[] = [];
  for (const [path, bytes] of contents) {
    if (!path.endsWith('/pom.properties')) continue;
    const values = new Map(
      bytes
        .toString('utf8')
        .split(/\r?\n/)
        .flatMap((line) => {
          const [, key, value] = /^\s*(groupId|artifactId|version)\s*[=:]\s*(\S+)\s*$/.exec(line) ?? [];
          return key === undefined ? [] : [[key, value!] as const];
        }),
    );
    const [group, artifact, version] = ['groupId', 'artifactId', 'version'].map((key) => values.get(key));
    if (!isWord(group) || !isWord(artifact) || !version || version.includes('${')) continue;
    const licence = pomLicence(contents.get(path.replace(/properties$/, 'xml'))?.toString('utf8') ?? '');
    const name = `${group}:${artifact}`;
    found.push({
      kind: 'package',
      ecosystem: 'Maven',
      name,
      version,
      ...(licence === undefined ? {} : { licence }),
    });
  }
  return found;
}

function isWord(text: string | undefined): text is string {
  return text !== undefined && /^[\w.-]+$/.test(text);
}

/** Mostly an address, and seldom a licence's name. */
function bundleLicence(manifest: Fields | undefined): string | undefined {
  const stated = manifest && fieldOf(manifest, 'bundle-license')?.replace(/^"|"$/g, '');
  const expression = stated === undefined ? undefined : licenceExpression(stated)?.expression;
  return expression === undefined || expression.includes('LicenseRef-') ? undefined : stated;
}

/** The same bytes, not copied. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

import { readAndroidMarker, wantsAndroidMarker } from './android-markers.ts';
import { readDebianCopyright, readDpkgStatus } from './dpkg.ts';
import { type FileSink, modelSink, unread, wholeFile } from './file-sinks.ts';
import type { Reader } from './found.ts';
import { readJar } from './jar.ts';
import { readGoMod, readGradleLock, readPinnedRequirements } from './locks/line-locks.ts';
import { readNpmLock } from './locks/npm-lock.ts';
import { isTomlLock, readTomlLock } from './locks/toml-lock.ts';
import { isModelFile } from './model-file.ts';
import { readNodePackage } from './node.ts';
import { readOsRelease } from './os-release.ts';
import { programSink } from './program-sink.ts';
import { readPythonMetadata } from './python.ts';

/** What is known of a file before it is read. */
export interface FileSight {
  /** From the root, without a `/` at its start. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
}

interface Kind {
  readonly wants: (path: string) => boolean;
  readonly read: Reader;
  readonly maxBytes: number;
}

const MB = 2 ** 20;
/** Rust and Go link more than this into every program. */
const SMALLEST_PROGRAM_BYTES = 100_000;

const KINDS: readonly Kind[] = [
  kind(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/, readNodePackage, 4 * MB),
  kind(/(?:^|\/)usr\/share\/nodejs\/(?:@[^/]+\/)?[^/]+\/package\.json$/, readNodePackage, 4 * MB),
  // A program of Node; folders of packages hold others, for their tests.
  kind(/^(?!(?:.*\/)?(?:node_modules|usr\/share\/nodejs)\/)(?:.*\/)?package\.json$/, readNodePackage, 4 * MB),
  kind(/\.dist-info\/METADATA$|\.egg-info(?:\/PKG-INFO)?$/, readPythonMetadata, 16 * MB),
  kind(/(?:^|\/)usr\/share\/doc\/[^/]+\/copyright$/, readDebianCopyright, 4 * MB),
  kind(/(?:^|\/)var\/lib\/dpkg\/(?:status|status\.d\/[^/]+(?<!\.md5sums))$/, readDpkgStatus, 64 * MB),
  kind(/^(?:etc|usr\/lib)\/os-release$/, readOsRelease, MB),
  kind(/\.(?:jar|war|ear|aar)$/i, readJar, 256 * MB),
  { wants: wantsAndroidMarker, read: readAndroidMarker, maxBytes: MB },
];

/** What a project is to be made of: it says nothing of what an image holds. */
const LOCKS: readonly Kind[] = [
  kind(/(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/, readNpmLock, 256 * MB),
  { wants: isTomlLock, read: readTomlLock, maxBytes: 64 * MB },
  kind(/(?:^|\/)go\.mod$/, readGoMod, 4 * MB),
  kind(/(?:^|\/)(?:gradle|buildscript-gradle)\.lockfile$/, readGradleLock, 16 * MB),
  kind(/(?:^|\/)requirements[\w.-]*\.txt$/, readPinnedRequirements, 4 * MB),
];

/** Locks that no reader is for. */
const UNREAD_LOCKS: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)(?:yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/, 'of the locks of Node, that of npm is read'],
  [
    /.\.(?:tar|tgz|tar\.(?:gz|xz|bz2|zst)|txz|deb|rpm)$/,
    'an archive in a folder or an archive is listed by itself',
  ],
  [/(?:^|\/)Pipfile\.lock$/, 'locks of Pipenv are not read'],
  [
    /(?:^|\/)(?:Gemfile|composer|mix|pubspec|Podfile|packages|Package)\.(?:lock|lock\.json|resolved)$/,
    'locks of Ruby, PHP, Elixir, Dart, CocoaPods, .NET and Swift are not read',
  ],
];

/** Lists of packages that no reader is for. */
const UNREAD: readonly (readonly [RegExp, string])[] = [
  [/^lib\/apk\/db\/installed$|^usr\/lib\/apk\/db\/installed$/, 'packages of Alpine are not read'],
  [
    /^(?:var\/lib|usr\/lib\/sysimage)\/rpm\/(?:Packages|Packages\.db|rpmdb\.sqlite)$/,
    'packages of RPM are not read',
  ],
  [/^var\/lib\/pacman\/local\/ALPM_DB_VERSION$/, 'packages of Arch Linux are not read'],
  [/(?:^|\/)conda-meta\/history$/, 'packages of Conda are not read'],
  [/(?:^|\/)specifications\/[^/]+\.gemspec$/, 'packages of Ruby are not read'],
  [/(?:^|\/)vendor\/composer\/installed\.json$/, 'packages of PHP are not read'],
  [/\.deps\.json$/, 'packages of .NET are not read'],
  [/.\/oci-layout$/, 'an image in a folder or an archive is listed by itself: `mobileops sbom` of it'],
];

function kind(pattern: RegExp, read: Reader, maxBytes: number): Kind {
  return { wants: (path) => pattern.test(path), read, maxBytes };
}

/** Who wants to see a file's bytes; `undefined` for most files. */
export function sinkFor(
  { path, sizeBytes, isExecutable }: FileSight,
  { withLocks }: { readonly withLocks: boolean } = { withLocks: false },
): FileSink | undefined {
  if (isModelFile(path)) return modelSink(path);
  const isWanted = ({ wants }: Kind): boolean => wants(path);
  const found = KINDS.find(isWanted) ?? (withLocks ? LOCKS.find(isWanted) : undefined);
  if (found && sizeBytes <= found.maxBytes) return wholeFile(path, found.read);
  if (found) return unread(`it has ${sizeBytes} bytes; up to ${found.maxBytes} are read`);
  const lists = withLocks ? [...UNREAD, ...UNREAD_LOCKS] : UNREAD;
  const [, why] = lists.find(([pattern]) => pattern.test(path)) ?? [];
  if (why !== undefined) return unread(why);
  return isExecutable && sizeBytes >= SMALLEST_PROGRAM_BYTES ? programSink(sizeBytes) : undefined;
}

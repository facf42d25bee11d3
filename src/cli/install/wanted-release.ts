import { basename, dirname, join, resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { isLoopback } from '../../host/index.ts';
import {
  archiveVersion,
  fetchProblem,
  firstSource,
  folderSource,
  type Installation,
  type ReleaseSource,
  type Subscription,
  type Wanted,
  webSource,
} from '../../install/index.ts';
import { pointedVersion, releasedVersions } from '../../publish/index.ts';
import { RELEASE_NAME } from '../../release/index.ts';
import { parseSemanticVersion } from '../../versions/index.ts';
import { isFolder } from '../places.ts';
import type { VerbContext } from '../verb.ts';

/** A release that can be asked for, and where. */
export interface FoundRelease {
  readonly source: ReleaseSource;
  readonly wanted: Wanted;
  /** Where an update asks again; absent for a file. */
  readonly subscription?: Subscription;
}

const STABLE = 'stable';
const MAX_POINTER_BYTES = 4096;

type Found = Result<FoundRelease, readonly Diagnostic[]>;

/** What a word of the command line means: an address, a file, a folder, or a name. */
export async function findRelease(
  context: VerbContext,
  installation: Installation,
  word: string,
): Promise<Found> {
  const { host } = context;
  const name = new RegExp(`^${RELEASE_NAME}(?:@(\\S+))?$`).exec(word);
  if (name) return namedRelease(context, installation, name[1] ?? STABLE);
  if (/^https?:\/\//.test(word)) return webArchive(context, word);
  const path = resolve(host.env.workingDirectory, word);
  if (isFolder(host.fs, path)) return releaseFolder(context, path);
  const version = archiveVersion(basename(path));
  if (version === undefined || host.fs.lstat(path)?.type !== 'file') return fail([unknownRelease(word)]);
  const source = folderSource(host.fs, dirname(path));
  return ok({ source, wanted: { kind: 'archive', version, name: basename(path) } });
}

function webArchive(context: VerbContext, word: string): Found {
  const slash = word.lastIndexOf('/');
  const source = sourceAt(context, word.slice(0, slash));
  if (!source.ok) return source;
  const name = decoded(word.slice(slash + 1));
  const version = archiveVersion(name);
  // Behind `?` may stand a credential.
  if (version === undefined) return fail([unknownRelease(word.replace(/[?#].*$/s, ''))]);
  return ok({ source: source.value, wanted: { kind: 'archive', version, name } });
}

/** As it stands where it is no encoding: then it names nothing that is there. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function releaseFolder({ host }: VerbContext, path: string): Found {
  const versions = releasedVersions(host.fs, path);
  const [version] = versions;
  if (version === undefined || versions.length > 1) {
    const message =
      versions.length > 1 ? `it holds the releases ${versions.join(', ')}` : 'it holds no release';
    const hint = 'name the archive, or a folder with one release';
    return fail([problem('release/not-there', message, { path, hint })]);
  }
  return ok({ source: folderSource(host.fs, path), wanted: { kind: 'version', version, below: '' } });
}

async function namedRelease(context: VerbContext, installation: Installation, text: string): Promise<Found> {
  const { host, flags } = context;
  const from = flags.text('from') ?? host.env.variables.ARTIFACT_REPO_URL;
  if (from === undefined) {
    const hint = '--from FOLDER or --from https://…, or set ARTIFACT_REPO_URL';
    return fail([problem('release/not-there', 'it is not said where releases come from', { hint })]);
  }
  const place = /^https?:\/\//.test(from)
    ? from.replace(/\/+$/, '')
    : resolve(host.env.workingDirectory, from);
  const version = parseSemanticVersion(text)?.text;
  return releaseAt(context, installation, {
    place,
    ...(version === undefined ? { channel: text } : { version }),
  });
}

export interface Asked {
  readonly place: string;
  readonly version?: string;
  readonly channel?: string;
}

/** A version of a place, or what one of its channels names. */
export async function releaseAt(
  context: VerbContext,
  installation: Installation,
  asked: Asked,
): Promise<Found> {
  const { place, channel = STABLE } = asked;
  const source = publishedAt(context, place);
  if (!source.ok) return source;
  const subscription = { from: place, channel };
  const of = (version: string): Wanted => ({ kind: 'version', version, below: version });
  if (asked.version !== undefined)
    return ok({ source: source.value, wanted: of(asked.version), subscription });
  const version = await channelVersion(context, installation, { source: source.value, channel });
  return version.ok ? ok({ source: source.value, wanted: of(version.value), subscription }) : version;
}

async function channelVersion(
  { host, signal }: VerbContext,
  { staging }: Installation,
  { source, channel }: { readonly source: ReleaseSource; readonly channel: string },
): Promise<Result<string, readonly Diagnostic[]>> {
  const { fs } = host;
  if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(channel))
    return fail([unknownRelease(`${RELEASE_NAME}@${channel}`)]);
  fs.makeDirectory(staging, 0o700);
  const name = `channels/${channel}.json`;
  const to = join(staging, 'channel.json');
  const fetched = await source.fetch({ name, to, maxBytes: MAX_POINTER_BYTES, signal });
  if (!fetched.ok) return fail([fetchProblem(source, name, fetched.failure)]);
  const version = pointedVersion(fs.readText(to));
  if (version !== undefined) return ok(version);
  return fail([problem('release/bad-index', 'this names no version', { path: `${source.place}/${name}` })]);
}

/** A folder of releases, on this disk or served as it is, or a `mobileops serve`, which has them below `/releases`. */
function publishedAt(context: VerbContext, place: string): Result<ReleaseSource, readonly Diagnostic[]> {
  const plain = sourceAt(context, place);
  const served = sourceAt(context, `${place.replace(/\/+$/, '')}/releases/${RELEASE_NAME}`);
  return plain.ok && served.ok ? ok(firstSource([plain.value, served.value])) : plain;
}

/** The token goes to the repository that it is for, and never in the clear. */
function sourceAt({ host }: VerbContext, place: string): Result<ReleaseSource, readonly Diagnostic[]> {
  const { fs, http, env, clock } = host;
  if (!/^https?:\/\//.test(place)) return ok(folderSource(fs, place));
  const url = URL.parse(place);
  if (!url) return fail([unknownRelease(place)]);
  if ([url.username, url.password, url.search, url.hash].some((part) => part !== ''))
    return fail([unknownRelease(url.origin)]);
  const { ARTIFACT_REPO_URL, ARTIFACT_REPO_TOKEN } = env.variables;
  const isOwn = ARTIFACT_REPO_URL !== undefined && URL.parse(ARTIFACT_REPO_URL)?.origin === url.origin;
  const isPrivate = url.protocol === 'https:' || isLoopback(url.hostname);
  const token = isOwn && isPrivate ? ARTIFACT_REPO_TOKEN : undefined;
  return ok(webSource({ fs, http, clock, url: place.replace(/\/+$/, ''), token }));
}

function unknownRelease(word: string): Diagnostic {
  const hint = `${RELEASE_NAME}, ${RELEASE_NAME}@1.0.0, or a path or address that ends in ${RELEASE_NAME}-1.0.0.tar.gz`;
  return problem('release/not-there', `${word} is no release that is there`, { hint });
}

function problem(code: string, message: string, more: Pick<Diagnostic, 'path' | 'hint'>): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

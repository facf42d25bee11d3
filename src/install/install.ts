import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { type Clock, digestOfFile, type FileSystem } from '../host/index.ts';
import type { GateRecord, releaseDiagnostics } from '../release/index.ts';
import { indexName, MAX_INDEX_BYTES, parseIndex, RELEASE_NAME } from '../release/index.ts';
import { historyWith, type Installation, type InstallationState, type Subscription } from './installation.ts';
import type { FetchFailure, ReleaseSource } from './release-source.ts';
import { unpackRelease } from './unpack.ts';

/** Which release, and how it is asked for. */
export type Wanted =
  /** By its index, which names the archive. */
  | {
      readonly kind: 'version';
      readonly version: string;
      /** The folder of the version at the source; empty where the source is that folder. */
      readonly below: string;
      readonly channel?: string;
    }
  /** An archive with its own signature beside it. */
  | { readonly kind: 'archive'; readonly version: string; readonly name: string };

export interface InstallRequest {
  readonly installation: Installation;
  readonly source: ReleaseSource;
  readonly wanted: Wanted;
  readonly subscription?: Subscription;
  readonly fingerprints: readonly string[];
  /** Proves a file by the signatures beside it: the keys that signed, or all that stands against it. */
  readonly verify: (path: string) => Promise<Result<readonly string[], readonly Diagnostic[]>>;
  readonly signal: AbortSignal;
}

export interface InstallWorld {
  readonly fs: FileSystem;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Installed {
  readonly version: string;
  readonly before: string | undefined;
  /** It was unpacked before, and only the link moved. */
  readonly isKnown: boolean;
  readonly keys: readonly string[];
  /** What its index records; absent where only its archive was asked for. */
  readonly gates?: GateRecord;
}

/** Larger than any release, and a bound for who sends without end. */
const MAX_ARCHIVE_BYTES = 32 * 2 ** 30;
const MAX_SIGNATURE_BYTES = 2 ** 22;
const SIGNATURES = ['.asc', '.sigstore.json'];

/**
 * Brings a release here: signatures first, then the archive by its digest, unpacked beside the others, and last the link. Until
 * the link moves nothing that runs is touched.
 */
export async function install(
  world: InstallWorld,
  request: InstallRequest,
): Promise<Result<Installed, readonly Diagnostic[]>> {
  const { fs } = world;
  const { installation } = request;
  const state = installation.state();
  if (!state.ok) return fail([badState(installation, state.failure)]);
  fs.remove(installation.staging);
  fs.makeDirectory(installation.staging, 0o700);
  try {
    const proved = await provedArchive(world, request);
    if (!proved.ok) return proved;
    return await take(world, request, { state: state.value, proved: proved.value });
  } finally {
    fs.remove(installation.staging);
  }
}

/** An archive that somebody who counts has signed for, though it may not be here yet. */
interface Proved {
  readonly version: string;
  readonly sha256: string;
  readonly keys: readonly string[];
  readonly channel?: string;
  readonly gates?: GateRecord;
  /** Brings it, if it has to be brought. */
  readonly fetch: () => Promise<Result<string, readonly Diagnostic[]>>;
}

function provedArchive(
  world: InstallWorld,
  request: InstallRequest,
): Promise<Result<Proved, readonly Diagnostic[]>> {
  return request.wanted.kind === 'archive'
    ? signedArchive(world, request, request.wanted)
    : indexedArchive(world, request, request.wanted);
}

async function indexedArchive(
  { fs }: InstallWorld,
  request: InstallRequest,
  { version, below }: Wanted & { readonly kind: 'version' },
): Promise<Result<Proved, readonly Diagnostic[]>> {
  const { installation, verify } = request;
  const at = (name: string): string => (below === '' ? name : `${below}/${name}`);
  const index = await fetchSigned(request, at(indexName(version)), MAX_INDEX_BYTES);
  if (!index.ok) return index;
  const keys = await verify(index.value);
  if (!keys.ok) return keys;
  const parsed = parseIndex(fs.readText(index.value));
  if (!parsed.ok)
    return fail([
      problem('release/bad-index', `this is no index of a release: ${parsed.failure}`, index.value),
    ]);
  const archive = parsed.value.files.find(({ kind }) => kind === 'archive');
  if (!archive || parsed.value.version !== version)
    return fail([
      problem('release/bad-index', `it is not the index of ${version} with an archive`, index.value),
    ]);
  const fetch = async (): Promise<Result<string, readonly Diagnostic[]>> => {
    const to = join(installation.staging, archive.name);
    const fetched = await fetchTo(request, { name: at(archive.name), to, maxBytes: archive.sizeBytes });
    if (!fetched.ok) return fetched;
    if (digestOfFile(fs, to).hash === archive.sha256) return ok(to);
    const message = 'what came is not the archive that the signed index names';
    return fail([problem('release/changed-file', message, archive.name)]);
  };
  const { sha256 } = archive;
  const { channel, gates } = parsed.value;
  return ok({ version, sha256, keys: keys.value, channel, gates, fetch });
}

async function signedArchive(
  { fs }: InstallWorld,
  request: InstallRequest,
  { version, name }: Wanted & { readonly kind: 'archive' },
): Promise<Result<Proved, readonly Diagnostic[]>> {
  const archive = await fetchSigned(request, name, MAX_ARCHIVE_BYTES);
  if (!archive.ok) return archive;
  const keys = await request.verify(archive.value);
  if (!keys.ok) return keys;
  const sha256 = digestOfFile(fs, archive.value).hash;
  return ok({ version, sha256, keys: keys.value, fetch: async () => archive });
}

/** A file and the signatures beside it. */
async function fetchSigned(
  request: InstallRequest,
  name: string,
  maxBytes: number,
): Promise<Result<string, readonly Diagnostic[]>> {
  const { installation, source, signal } = request;
  const to = join(installation.staging, name.slice(name.lastIndexOf('/') + 1));
  const fetched = await fetchTo(request, { name, to, maxBytes });
  if (!fetched.ok) return fetched;
  for (const suffix of SIGNATURES) {
    const side = await source.fetch({
      name: `${name}${suffix}`,
      to: `${to}${suffix}`,
      maxBytes: MAX_SIGNATURE_BYTES,
      signal,
    });
    if (!side.ok && side.failure.kind !== 'absent')
      return fail([fetchProblem(source, name + suffix, side.failure)]);
  }
  return ok(to);
}

async function fetchTo(
  { source, signal }: InstallRequest,
  file: { readonly name: string; readonly to: string; readonly maxBytes: number },
): Promise<Result<undefined, readonly Diagnostic[]>> {
  const fetched = await source.fetch({ ...file, signal });
  return fetched.ok ? fetched : fail([fetchProblem(source, file.name, fetched.failure)]);
}

async function take(
  { fs, clock }: InstallWorld,
  { installation, source, subscription, fingerprints, signal }: InstallRequest,
  { state, proved }: { readonly state: InstallationState; readonly proved: Proved },
): Promise<Result<Installed, readonly Diagnostic[]>> {
  const { version, sha256, keys, channel, gates } = proved;
  const before = installation.current();
  const known = state.releases.find((release) => release.version === version);
  const isKnown = known !== undefined && fs.lstat(installation.folderOf(version)) !== undefined;
  if (known && known.sha256 !== sha256) {
    const message = `${version} is installed already, from another archive`;
    return fail([problem('release/conflict', message, installation.folderOf(version))]);
  }
  if (!isKnown) {
    const archive = await proved.fetch();
    if (!archive.ok) return archive;
    const folder = join(installation.staging, 'tree');
    const unpacked = await unpackRelease(fs, { archive: archive.value, folder, signal });
    if (!unpacked.ok) return fail([problem('release/bad-archive', unpacked.failure, archive.value)]);
    installation.place(folder, version);
  }
  const installedAt = known?.installedAt ?? new Date(clock.now()).toISOString();
  const release = {
    version,
    ...(channel === undefined ? {} : { channel }),
    ...{ sha256, keys, source: source.place, installedAt },
  };
  const next = subscription ?? state.subscription;
  installation.write({
    releases: [...state.releases.filter((each) => each.version !== version), release],
    history: historyWith(state, before, version),
    ...(next ? { subscription: next } : {}),
    fingerprints: [...new Set([...state.fingerprints, ...fingerprints])],
  });
  installation.switchTo(version);
  return ok({ version, before, isKnown, keys, ...(gates ? { gates } : {}) });
}

/** Goes back to the release before. Nothing is fetched or unpacked. */
export function rollback(
  installation: Installation,
): Result<{ readonly version: string; readonly from: string | undefined }, Diagnostic> {
  const state = installation.state();
  if (!state.ok) return fail(badState(installation, state.failure));
  const version = installation.before(state.value);
  const from = installation.current();
  if (version === undefined)
    return fail({
      ...problem('release/no-rollback', 'there is no release before this one', installation.prefix),
      hint: '`mobileops list` shows what is installed; `mobileops install` takes one by its version',
    });
  installation.switchTo(version);
  const at = state.value.history.lastIndexOf(version);
  installation.write({ ...state.value, history: state.value.history.slice(0, at + 1) });
  return ok({ version, from });
}

export function badState({ prefix }: Installation, failure: string): Diagnostic {
  const hint = 'take it from a copy, or move the folder aside and install again';
  return {
    ...problem('release/bad-state', `the state cannot be read: ${failure}`, join(prefix, 'state.json')),
    hint,
  };
}

export function fetchProblem(source: ReleaseSource, name: string, failure: FetchFailure): Diagnostic {
  const where = `${source.place}/${name}`;
  switch (failure.kind) {
    case 'absent':
      return {
        ...problem('release/not-there', `there is no ${name.slice(name.lastIndexOf('/') + 1)}`, where),
        hint: 'name a place that `mobileops publish` sends releases to, and a version or a channel that it has',
      };
    case 'too-large':
      return problem('release/bad-archive', 'what came is larger than it is said to be', where);
    case 'refused':
      return problem('release/rejected', failure.detail, where);
    case 'unreachable':
      return {
        ...problem('release/unreachable', `it cannot be reached (${failure.code})`, where),
        cause: 'environment',
      };
  }
}

function problem(code: keyof typeof releaseDiagnostics, message: string, path: string): Diagnostic {
  return { code, severity: 'error', message, path, cause: 'input' };
}

/** What the archives of releases are called; the version, or nothing. */
export function archiveVersion(name: string): string | undefined {
  return new RegExp(`^${RELEASE_NAME}-(\\d[0-9A-Za-z.+-]{0,99})\\.tar\\.gz$`).exec(name)?.[1];
}

import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import type { Host } from '../host/index.ts';
import type { Look } from '../look/index.ts';
import {
  findWorkspaceRoot,
  isUntouched,
  type KnownChanges,
  type WatchedPath,
  WORKSPACE_MEMORIES,
} from '../workspace/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { headText } from './commit.ts';
import { asFileListing, changedFiles, type FileListing, leadsElsewhere } from './file-listing.ts';
import type { MachineView } from './machine-view.ts';
import { isLastingNote } from './notes.ts';
import { type BuildEnvironment, lastingVariables, stampOfPaths, stampOfTools } from './opened-workspace.ts';
import type { BuildOutcome, BuildRequest } from './outcome.ts';
import { programFingerprint } from './program.ts';
import { OWN_FILE_MODE } from './state.ts';

/** How much is as the last build left it, when not all is. */
export interface Remains {
  readonly sources: KnownChanges;
  /** Labels of targets whose artifacts lie in `dist/` as they were left; `undefined` when something there differs. */
  readonly intact: ReadonlySet<string> | undefined;
}

/** What a build depended on that no listing shows. */
export interface Watched {
  /** Files that decide which files are sources. */
  readonly sources: readonly WatchedPath[];
  /** Host files that decide which tools there are, and their stamp from before any action ran. */
  readonly tools: readonly string[];
  readonly toolsStamp: string;
  /** The first end of a certificate's validity, in milliseconds since 1970. */
  readonly until?: number;
}

/**
 * The state in which the last build left everything that it depends on. Where the listing of all files is the same, letter
 * for letter, there is nothing to do, and nothing else needs to be read; where it differs in a few files, only they do.
 *
 * What is kept is the listing from before the build looked at any file, so that a file which changed meanwhile
 * differs from it; a file as new as the listing keeps it from being kept. Where there is no GNU `find`, or anything else
 * differs, the whole way is gone.
 */
export class Standing {
  readonly #host: Host;
  readonly #root: string;
  readonly #keys: Keys;
  readonly #record: StandingRecord | undefined;
  readonly #look: Look;
  readonly #sources: Promise<FileListing | undefined>;
  readonly #results: Promise<FileListing | undefined>;
  readonly #machine: MachineView;

  private constructor(environment: BuildEnvironment, root: string, { keys, look, machine }: Looks) {
    this.#host = environment.host;
    this.#machine = machine;
    this.#root = root;
    this.#keys = keys;
    this.#look = look;
    this.#sources = look.sources().then(asFileListing);
    this.#results = look.results().then(asFileListing);
    const record = readRecord(this.#host, root);
    this.#record = record?.place === keys.place ? record : undefined;
    if (this.#record?.host) machine.begin();
  }

  /** `undefined` where this cannot be done. */
  static begin(
    environment: BuildEnvironment,
    request: BuildRequest,
    { look, machine }: { readonly look: Look | undefined; readonly machine: MachineView },
  ): Standing | undefined {
    const root = findWorkspaceRoot(environment.host.fs, environment.directory);
    if (root === undefined || request.mode !== 'build' || !look) return undefined;
    try {
      return new Standing(environment, root, { keys: keysOf(environment, root, request), look, machine });
    } catch {
      return undefined;
    }
  }

  /** The outcome of the last build, if everything is as it left it. */
  async outcome(): Promise<BuildOutcome | undefined> {
    const record = this.#record;
    if (record?.request !== this.#keys.request || !this.#isSettingSame(record)) return undefined;
    const [sources, results] = await Promise.all([this.#sources, this.#results]);
    if (sources?.digest !== record.sources || results?.digest !== record.results) return undefined;
    if ((await this.#machine.listing()) !== record.host) return undefined;
    return record.outcome;
  }

  /** What is still as it was left, when not everything is. */
  async remains(): Promise<Remains | undefined> {
    const record = this.#record;
    if (!record || !this.#isSettingSame(record) || record.memories !== this.#memories()) return undefined;
    const [sources, results] = await Promise.all([this.#sources, this.#results]);
    const files = sources && this.#changed(record, sources);
    if (!files) return undefined;
    const labels = record.outcome.targets.map(({ label }) => label);
    const intact = results?.digest === record.results ? new Set(labels) : undefined;
    return { sources: { files }, intact };
  }

  /** What a failed build, a test or another verb writes anew where it found files that came or went. */
  #memories(): string {
    return stampOfPaths(
      this.#host,
      WORKSPACE_MEMORIES.map((name) => join(this.#root, name)),
    );
  }

  #isSettingSame({ watched }: StandingRecord): boolean {
    const { fs, clock } = this.#host;
    return (
      (watched.until === undefined || clock.now() < watched.until) &&
      watched.sources.every((each) => isUntouched(fs, each)) &&
      watched.toolsStamp === stampOfTools(this.#host, watched.tools)
    );
  }

  #changed(record: StandingRecord, sources: FileListing): ReadonlySet<string> | undefined {
    if (sources.digest === record.sources) return new Set();
    try {
      const kept = this.#host.fs.readFile(listingPath(this.#root));
      return sha256(kept) === record.sources ? changedFiles(kept, sources.bytes) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Remembers a build that left nothing to do. */
  async keep(outcome: BuildOutcome, watched: Watched): Promise<void> {
    if (outcome.exitCode !== 0 || outcome.diagnostics.some(({ severity }) => severity !== 'note')) return;
    const sources = await this.#sources;
    if (!sources || sources.isRacy) return;
    const results = asFileListing(await this.#look.resultsNow());
    const host = await this.#machine.listing();
    if (!results || leadsElsewhere(results) || host === undefined) return;
    const record: StandingRecord = {
      ...this.#keys,
      watched,
      sources: sources.digest,
      results: results.digest,
      host,
      memories: this.#memories(),
      outcome: asUnchanged(outcome),
    };
    const text = JSON.stringify(record);
    const { fs } = this.#host;
    if (sources.digest !== this.#record?.sources)
      fs.replaceFile(listingPath(this.#root), sources.bytes, OWN_FILE_MODE);
    fs.replaceFile(recordPath(this.#root), `${sha256(text)}\n${text}`, OWN_FILE_MODE);
  }
}

interface Looks {
  readonly keys: Keys;
  readonly look: Look;
  readonly machine: MachineView;
}

interface Keys {
  /** Without which no earlier listing says anything. */
  readonly place: string;
  /** Without which what is listed leads to something else. */
  readonly request: string;
}

interface StandingRecord extends Keys {
  readonly watched: Watched;
  readonly sources: string;
  readonly results: string;
  /** `MachineView.listing`. */
  readonly host: string;
  /** The index of sources and the cached workspace: what remains is told of them, so they must not be of a later look. */
  readonly memories: string;
  readonly outcome: BuildOutcome;
}

function recordPath(root: string): string {
  return join(root, 'build-cache', 'standing.json');
}

function listingPath(root: string): string {
  return join(root, 'build-cache', 'standing-sources');
}

function readRecord({ fs }: Host, root: string): StandingRecord | undefined {
  const text = fs.readTextIfExists(recordPath(root)) ?? '';
  const body = text.slice(text.indexOf('\n') + 1);
  return text.slice(0, text.indexOf('\n')) === sha256(body)
    ? (JSON.parse(body) as StandingRecord)
    : undefined;
}

function asUnchanged(outcome: BuildOutcome): BuildOutcome {
  const targets = outcome.targets.map(({ label }) => ({
    label,
    status: 'up-to-date' as const,
    durationMs: 0,
  }));
  return {
    ...outcome,
    // Other notes tell of what was done; nothing is.
    diagnostics: outcome.diagnostics.filter(isLastingNote),
    targets,
    artifacts: outcome.artifacts.map((artifact) => ({ ...artifact, status: 'unchanged' as const })),
    counts: { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: targets.length },
  };
}

function keysOf({ host, program }: BuildEnvironment, root: string, request: BuildRequest): Keys {
  const { fs, env } = host;
  const variables = Object.entries(lastingVariables(env));
  const { targets, timeoutMs } = request;
  const boot = fs.readTextIfExists('/proc/sys/kernel/random/boot_id') ?? '';
  return {
    place: sha256(JSON.stringify([6, root, boot])),
    request: sha256(
      JSON.stringify([
        programFingerprint(fs, program),
        env.runtimeVersion,
        targets,
        timeoutMs ?? 0,
        variables.sort(([a], [b]) => (a < b ? -1 : 1)),
        cacheFolder(host),
        headText(fs, root),
      ]),
    ),
  };
}

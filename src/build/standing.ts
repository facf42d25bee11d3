import { join } from 'node:path';
import { sha256 } from '../base/index.ts';
import { visiblePlaces } from '../execution/index.ts';
import type { Host } from '../host/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import { headText } from './commit.ts';
import { type BuildEnvironment, cacheFolder, stampOfPaths } from './opened-workspace.ts';
import type { BuildOutcome, BuildRequest } from './outcome.ts';
import { programFingerprint } from './program.ts';

/**
 * The state in which the last build left everything that it depends on, as one listing of names and stats. Where the
 * listing is the same, letter for letter, there is nothing to do, and nothing else needs to be read.
 *
 * The listing is made by GNU `find`, beside our own start: it looks at every file of the workspace, of `dist/` and of the
 * host's shown programs with `lstat`, as the whole way does, in a fraction of the time. Where there is no such `find`,
 * or anything differs, the whole way is gone. What is kept is the listing from before the build looked at any file, so
 * that a file which changed meanwhile differs from it; a file as new as the listing keeps it from being kept.
 */
export class Standing {
  readonly #host: Host;
  readonly #root: string;
  readonly #key: string;
  readonly #record: StandingRecord | undefined;
  readonly #sources: Promise<Listing | undefined>;
  readonly #results: Promise<Listing | undefined> | undefined;

  private constructor(host: Host, root: string, key: string) {
    this.#host = host;
    this.#root = root;
    this.#key = key;
    this.#record = readRecord(host, root);
    this.#sources = listSources(host, root);
    this.#results = this.#record?.key === key ? listResults(host, root) : undefined;
  }

  /** Starts to look; `undefined` where this cannot be done. */
  static begin(environment: BuildEnvironment, request: BuildRequest): Standing | undefined {
    const { host, program, directory } = environment;
    const { env, fs } = host;
    if (env.platform !== 'linux' || request.mode !== 'build') return undefined;
    const root = findWorkspaceRoot(fs, directory);
    if (root === undefined || fs.lstat('/usr/bin/find') === undefined) return undefined;
    try {
      fs.makeDirectory(join(root, 'build-cache'));
      return new Standing(
        host,
        root,
        keyOf(host, root, { request, program: programFingerprint(fs, program) }),
      );
    } catch {
      return undefined;
    }
  }

  /** The outcome of the last build, if everything is as it left it. */
  async outcome(): Promise<BuildOutcome | undefined> {
    const record = this.#record;
    if (!record || record.key !== this.#key) return undefined;
    if (record.stats !== stampOfPaths(this.#host, record.watched)) return undefined;
    const [sources, results] = await Promise.all([this.#sources, this.#results]);
    if (sources?.digest !== record.sources || results?.digest !== record.results) return undefined;
    return record.outcome;
  }

  /** Remembers a build that left nothing to do; `watched` are files outside the listing on which it depended. */
  async keep(outcome: BuildOutcome, watched: readonly string[]): Promise<void> {
    if (outcome.exitCode !== 0 || outcome.diagnostics.length > 0) return;
    const sources = await this.#sources;
    if (!sources || sources.isRacy) return;
    const results = await listResults(this.#host, this.#root);
    if (!results) return;
    const record: StandingRecord = {
      key: this.#key,
      watched,
      stats: stampOfPaths(this.#host, watched),
      sources: sources.digest,
      results: results.digest,
      outcome: asUnchanged(outcome),
    };
    const text = JSON.stringify(record);
    this.#host.fs.replaceFile(recordPath(this.#root), `${sha256(text)}\n${text}`);
  }
}

interface StandingRecord {
  readonly key: string;
  readonly watched: readonly string[];
  readonly stats: string;
  readonly sources: string;
  readonly results: string;
  readonly outcome: BuildOutcome;
}

function recordPath(root: string): string {
  return join(root, 'build-cache', 'standing.json');
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
    targets,
    artifacts: outcome.artifacts.map((artifact) => ({ ...artifact, status: 'unchanged' as const })),
    counts: { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: targets.length },
  };
}

/** Variables that differ from call to call and that no file should be built from. */
const FLEETING = ['_', 'SHLVL', 'OLDPWD', 'COLUMNS', 'LINES'];

function keyOf(
  host: Host,
  root: string,
  { request, program }: { request: BuildRequest; program: string },
): string {
  const { fs, env } = host;
  const variables = Object.entries(env.variables).filter(([name]) => !FLEETING.includes(name));
  const { targets, timeoutMs } = request;
  return sha256(
    JSON.stringify([
      2,
      root,
      program,
      targets,
      timeoutMs ?? 0,
      variables.sort(([a], [b]) => (a < b ? -1 : 1)),
      cacheFolder(host),
      fs.readTextIfExists('/proc/sys/kernel/random/boot_id') ?? '',
      headText(fs, root),
      visiblePlaces(fs),
      stampOfPaths(host, visiblePlaces(fs).stats),
    ]),
  );
}

interface Listing {
  readonly digest: string;
  /** Something was changed so shortly before that a further change might not show. */
  readonly isRacy: boolean;
}

const FOLDER = '%p\\0d %m\\n';
const OTHER = '%p\\0%y %i %s %T@ %C@ %m %l\\n';
const RACY = '\\001';
/** More than a tick of the clock that stamps files. */
const TICK_MS = 10;

function listSources(host: Host, root: string): Promise<Listing | undefined> {
  const { fs } = host;
  const clock = join(root, 'build-cache', 'standing.clock');
  fs.replaceFile(clock, '');
  fs.setTimes(clock, fs.lstat(clock)!.mtimeMs - TICK_MS);
  const pruned = ['-name .git', '-name node_modules', '-name .venv', '-path ./build-cache', '-path ./dist'];
  const prune = ['(', ...pruned.join(' -o ').split(' '), ')', '-prune', '-o'];
  const racy = ['(', '-newer', clock, '-o', '-cnewer', clock, ')', '-printf', RACY];
  const print = ['-type', 'd', '-printf', FOLDER, '-o', '-printf', OTHER, ...racy];
  return list(host, root, ['.', ...visiblePlaces(fs).trees, ...prune, ...print]);
}

function listResults(host: Host, root: string): Promise<Listing | undefined> {
  return list(host, root, ['dist', '-type', 'd', '-printf', FOLDER, '-o', '-printf', OTHER]);
}

/** Into a file, so that the listing goes on while we are busy. */
async function list(
  { fs, processes }: Host,
  root: string,
  args: readonly string[],
): Promise<Listing | undefined> {
  const path = join(root, 'build-cache', `standing-${args[0] === '.' ? 'sources' : 'results'}.tmp`);
  try {
    const { code } = await processes.run(['/usr/bin/find', ...args], {
      cwd: root,
      env: { LC_ALL: 'C' },
      output: { path },
    });
    const bytes = fs.readFile(path);
    if (code !== 0 || bytes.byteLength === 0) return undefined;
    return { digest: sha256(bytes), isRacy: bytes.includes(1) };
  } catch {
    return undefined;
  }
}

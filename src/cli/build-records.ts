import { dirname, join } from 'node:path/posix';
import { sha256 } from '../base/index.ts';
import { type BuildOutcome, readCommit, stampOf } from '../build/index.ts';
import type { FileSystem, Host } from '../host/index.ts';
import { buildMetrics, type MetricsCollector } from '../metrics/index.ts';
import { type BuildFacts, buildInfoText } from '../release/index.ts';
import { CONFIGURATION_FILE, loadWorkspaceCached } from '../workspace/index.ts';

/** What the commit and the environment say about a build. */
export async function buildFacts(host: Host, root: string): Promise<BuildFacts> {
  const { fs, processes, env } = host;
  const { variables } = env;
  const commit = await readCommit({ fs, processes, variables, root });
  const cacheFile = join(root, 'build-cache', 'workspace.json');
  const { value } = await loadWorkspaceCached({ fs, root, variables, cacheFile });
  const stamp = stampOf(variables, value?.configuration.version ?? '0.0.0', commit);
  return {
    buildId: stamp.buildId,
    version: stamp.version,
    commit: stamp.commit,
    commitTime: stamp.commitTime,
    branch: commit.branch,
  };
}

/** The facts of the last build, as long as nothing that they follow from has changed: git is not asked, nothing is parsed. */
export async function rememberedFacts(host: Host, root: string): Promise<BuildFacts> {
  const { fs } = host;
  const path = join(root, 'build-cache', 'build-facts.json');
  const key = factsKey(host, root);
  const known = parseMemo(fs.readTextIfExists(path));
  if (key !== undefined && known?.key === key) return known.facts;
  const facts = await buildFacts(host, root);
  if (key !== undefined) {
    fs.makeDirectory(dirname(path));
    fs.replaceFile(path, JSON.stringify({ key, facts }));
  }
  return facts;
}

function parseMemo(
  text: string | undefined,
): { readonly key: string; readonly facts: BuildFacts } | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Names every variable that the facts can come from, by `stampOf` or by the configuration's own `${…}`. */
const DECIDING = /^(BUILD_|GIT_|CI_)/;

/** `undefined` where it cannot be told cheaply: git is asked then. */
function factsKey({ fs, env }: Host, root: string): string | undefined {
  const head = headText(fs, root);
  const configuration = fs.lstat(join(root, CONFIGURATION_FILE));
  const text = fs.readTextIfExists(join(root, CONFIGURATION_FILE));
  if (head === undefined || !configuration || text === undefined || text.includes('${')) return undefined;
  const variables = Object.entries(env.variables).filter(([name]) => DECIDING.test(name));
  return sha256(JSON.stringify([head, text, variables.sort()]));
}

/** Changes with the commit that is checked out; `undefined` without a plain `.git` folder here or above. */
function headText(fs: FileSystem, root: string): string | undefined {
  for (let at = root; ; at = dirname(at)) {
    const git = join(at, '.git');
    if (fs.lstat(git)?.type === 'directory') {
      const head = fs.readTextIfExists(join(git, 'HEAD')) ?? '';
      const ref = /^ref: (\S+)/.exec(head)?.[1];
      const packed = fs.lstat(join(git, 'packed-refs'));
      const loose = ref === undefined ? '' : (fs.readTextIfExists(join(git, ref)) ?? '');
      return [git, head, loose, packed?.mtimeMs, packed?.ctimeMs, packed?.sizeBytes].join('\n');
    }
    if (at === '/' || fs.lstat(git)) return undefined;
  }
}

export interface RecordOptions {
  readonly host: Host;
  readonly root: string;
  readonly facts: BuildFacts;
  readonly outcome: BuildOutcome;
  readonly collected: MetricsCollector;
  readonly startMs: number;
}

/** Writes `dist/build-info.json`, when it says something new, and `dist/build-metrics.json`. */
export function writeRecords({ host, root, facts, outcome, collected, startMs }: RecordOptions): void {
  const { fs, env, clock } = host;
  const dist = join(root, 'dist');
  fs.makeDirectory(dist);
  const info = buildInfoText(facts);
  const infoPath = join(dist, 'build-info.json');
  if (fs.readTextIfExists(infoPath) !== info) fs.replaceFile(infoPath, info);
  const metrics = buildMetrics({
    buildId: facts.buildId,
    startMs,
    endMs: clock.now(),
    succeeded: outcome.exitCode === 0,
    collected,
    targets: outcome.targets,
    artifacts: outcome.artifacts,
    cpuCount: env.cpuCount,
    totalMemoryBytes: env.totalMemoryBytes,
    freeMemoryBytes: env.freeMemoryBytes(),
    diskUsage: undefined,
  });
  fs.replaceFile(join(dist, 'build-metrics.json'), `${JSON.stringify(metrics, undefined, 2)}\n`);
}

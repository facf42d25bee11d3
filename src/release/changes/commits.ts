import { type GitOptions, git } from '../working-tree.ts';
import { type Change, parseCommit } from './conventional.ts';

/** A release of which the ledger knows. */
export interface EarlierRelease {
  readonly version: string;
  readonly commit: string;
}

/** The commits of a release. */
export interface History {
  readonly since?: EarlierRelease;
  /** The newest first; of the workspace alone, without merges. */
  readonly changes: readonly Change[];
}

/** A history of so many commits is not read to its end. */
const MAX_COMMITS = 20_000;

/**
 * The commits since the newest of the earlier releases (given newest first) that is part of this one's history, or all of them.
 * `undefined` where git does not know: no repository, or a clone that was cut off before that release.
 */
export async function historyOf(
  options: GitOptions,
  earlier: readonly EarlierRelease[],
): Promise<History | undefined> {
  let since: EarlierRelease | undefined;
  // A commit of a file that anybody may have edited is no option of git's.
  for (const release of earlier.filter(({ commit }) => /^[0-9a-f]{7,64}$/.test(commit))) {
    const isBefore = await git(options, 'merge-base', '--is-ancestor', release.commit, 'HEAD');
    if (isBefore === undefined) continue;
    since = release;
    break;
  }
  const isCut = (await git(options, 'rev-parse', '--is-shallow-repository'))?.trim() !== 'false';
  if (isCut && since === undefined) return undefined;
  const range = since === undefined ? 'HEAD' : `${since.commit}..HEAD`;
  const flags = ['--no-merges', '--topo-order', `--max-count=${MAX_COMMITS}`, '--format=%H%x1f%B%x1e'];
  const log = await git(options, 'log', ...flags, range, '--', '.');
  if (log === undefined) return undefined;
  const changes = log
    .split('\x1e')
    .map((record) => record.trim().split('\x1f'))
    .flatMap(([commit, message]) => (commit && message ? [parseCommit(commit, message)] : []));
  return since === undefined ? { changes } : { since, changes };
}

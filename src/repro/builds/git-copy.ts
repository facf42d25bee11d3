import { join } from 'node:path';
import type { FileSystem, Host } from '../../host/index.ts';

/** What a copy of the sources has to know of their repository: which commit they are of, and which files it tracks. */
export interface Repository {
  /** Where the workspace lies in it: `''`, `apps/platform`. */
  readonly prefix: string;
  /** Absent before the first commit. */
  readonly commit: string | undefined;
  /** Absent where no branch is checked out. */
  readonly branch: string | undefined;
  /** Absolute. */
  readonly objects: string;
  readonly format: string;
  /** Hashes of commits whose parents are not there. */
  readonly shallow: string | undefined;
}

type World = Pick<Host, 'processes' | 'env' | 'fs'>;

const ANYONES = ['-c', 'safe.directory=*'];

/** `undefined` where the workspace is in no repository. */
export async function readRepository(world: World, root: string): Promise<Repository | undefined> {
  const git = gitIn(world, root);
  // Without a work tree there is no top of one, and git refuses.
  const place = await git('rev-parse', '--show-toplevel', '--git-path', 'objects', '--git-path', 'shallow');
  if (place === undefined) return undefined;
  const [, objects = '', shallow = ''] = place.split('\n');
  const prefix = (await git('rev-parse', '--show-prefix')) ?? '';
  const absolute = (path: string): string => (path.startsWith('/') ? path : join(root, path));
  const text = world.fs.readTextIfExists(absolute(shallow));
  return {
    prefix: prefix.replace(/\/$/, ''),
    commit: await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}'),
    branch: await git('symbolic-ref', '--quiet', 'HEAD'),
    objects: absolute(objects),
    format: (await git('rev-parse', '--show-object-format')) ?? 'sha1',
    shallow: text,
  };
}

/**
 * Makes `top` a repository with the same commit, whose objects stay where they are, and whose index names `paths` (relative to
 * `top`), so that a listing there gives what it gave in the original. Without a repository it has no commit. A failure is git's.
 */
export async function makeRepository(
  world: World,
  top: string,
  { repository, paths }: { readonly repository: Repository | undefined; readonly paths: readonly string[] },
): Promise<string | undefined> {
  // Without git, a build lists files by itself, in the copy as in the original.
  if (world.processes.which('git', world.env.variables.PATH ?? '') === undefined) return undefined;
  const git = gitIn(world, top);
  const format = repository?.format ?? 'sha1';
  const wanted = format === 'sha1' ? [] : [`--object-format=${format}`];
  if ((await git('init', '--quiet', '--template=', ...wanted)) === undefined) return 'git init failed';
  if (repository) await takeCommit(world.fs, git, top, repository);
  // The listing takes names from the index; which contents it had is asked by nobody.
  const empty = await git('hash-object', '-t', 'blob', '--stdin');
  const lines = paths.map((path) => `100644 ${empty}\t${path}\0`).join('');
  const indexed = await gitIn(world, top, lines)('update-index', '-z', '--index-info');
  return indexed === undefined ? 'git update-index failed' : undefined;
}

async function takeCommit(fs: FileSystem, git: Git, top: string, repository: Repository): Promise<void> {
  const { objects, shallow, commit, branch } = repository;
  const info = join(top, '.git', 'objects', 'info');
  fs.makeDirectory(info);
  fs.writeFile(join(info, 'alternates'), `${objects}\n`);
  if (shallow !== undefined) fs.writeFile(join(top, '.git', 'shallow'), shallow);
  if (branch !== undefined) await git('symbolic-ref', 'HEAD', branch);
  if (commit !== undefined)
    await git('update-ref', ...(branch === undefined ? ['--no-deref'] : []), 'HEAD', commit);
}

type Git = (...args: string[]) => Promise<string | undefined>;

/** `undefined` where there is no git, or it refuses. */
function gitIn({ processes, env }: World, cwd: string, stdin = ''): Git {
  const { PATH = '/usr/bin:/bin', HOME = '/' } = env.variables;
  return async (...args) => {
    try {
      const done = await processes.run(['git', ...ANYONES, ...args], {
        cwd,
        env: { PATH, HOME, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
        stdin,
      });
      return done.code === 0 ? Buffer.from(done.stdout).toString().trimEnd() : undefined;
    } catch {
      return undefined;
    }
  };
}

/**
 * The reference platform of this working tree, copied into a repository of its own and built once with a cache of its
 * own. MOBILEOPS_PLATFORM_PEOPLE names the folder that `reproduce.ts --in` left: then its first clone is gone on with, whose
 * build was as clean. MOBILEOPS_PLATFORM_DIST names a dist/ that was built elsewhere: then only what can be seen in it is
 * checked.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const MAIN = join(REPOSITORY, 'src', 'main.ts');

export interface Outcome {
  readonly exitCode: number;
  readonly counts: {
    readonly ran: number;
    readonly cached: number;
    readonly failed: number;
    readonly upToDate: number;
  };
  readonly targets: readonly { readonly label: string; readonly status: string }[];
  readonly artifacts: readonly { readonly label: string; readonly path: string }[];
  readonly tests: readonly { readonly label: string; readonly category: string; readonly status: string }[];
}

export interface Build extends Outcome {
  /** Descriptions of the actions that ran, not from the cache, as `label: description`. */
  readonly ran: readonly string[];
}

/** What `release` gives version 1.0.0, so that it finds built what bears the number. */
export const PEOPLE_NUMBER = '10000099';

/** Where `reproduce.ts` works for a person. */
export function placesOf(base: string, { name, folder }: { readonly name: string; readonly folder: string }) {
  const home = join(base, name);
  return {
    home,
    cache: join(home, 'cache'),
    workspace: join(base, folder, 'examples', 'platform'),
    /** Of the first build. */
    events: join(home, 'events.jsonl'),
    outcome: join(home, 'outcome.json'),
  };
}

/** What we wrote with `--json`, after what npm says. */
export function jsonIn(text: string): string {
  return text.slice(text.indexOf('{'));
}

const PEOPLE = process.env.MOBILEOPS_PLATFORM_PEOPLE;

export class Platform {
  readonly #base = mkdtempSync(join(tmpdir(), 'mobileops-platform-'));
  readonly #first = PEOPLE === undefined ? undefined : placesOf(PEOPLE, { name: 'first', folder: 'a' });
  readonly given = process.env.MOBILEOPS_PLATFORM_DIST;
  readonly root = this.#first?.workspace ?? join(this.#base, 'platform');
  readonly dist = this.given ?? join(this.root, 'dist');
  readonly cache = this.#first?.cache ?? join(this.#base, 'cache');
  /** The first build, clean; absent when dist/ was given. */
  first: Build | undefined;

  /** Copies and builds; a text says why it could not, undefined that it did. */
  start(): string | undefined {
    if (this.given !== undefined) return existsSync(this.given) ? undefined : `${this.given} is missing`;
    if (this.#first) {
      const { outcome, events } = this.#first;
      this.first = toldBy(readFileSync(outcome, 'utf8'), events);
      return undefined;
    }
    copyPlatform(this.root);
    const began = this.run(['build', 'all', '--json', '--events', this.#events]);
    // 3 is a tool or a service that is missing, above all the package registries.
    if (began.status === 3) return `a tool or a service is missing: ${began.stderr.trim().slice(-600)}`;
    if (began.status !== 0)
      throw new Error(`the platform could not be built:\n${began.stdout}${began.stderr}`);
    this.first = toldBy(began.stdout, this.#events);
    return undefined;
  }

  get #events(): string {
    return join(this.#base, 'events.jsonl');
  }

  /** Runs our program in the workspace. */
  run(words: readonly string[], env: NodeJS.ProcessEnv = {}): SpawnSyncReturns<string> {
    const { BUILD_ID: _id, BUILD_VERSION: _version, REGISTRY: _registry, ...rest } = process.env;
    return spawnSync(process.execPath, [MAIN, ...words], {
      cwd: this.root,
      env: { ...rest, ...this.#person(), MOBILEOPS_CACHE: this.cache, ...env },
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
  }

  /** That of what was built; of a dist/ alone it is not known otherwise. */
  branch(): string {
    if (this.given !== undefined) return 'main';
    const argv = ['-c', 'safe.directory=*', 'symbolic-ref', '--short', '--quiet', 'HEAD'];
    const { stdout } = spawnSync('git', argv, { cwd: this.root, encoding: 'utf8', env: gitEnvironment() });
    return stdout.trim() || 'unknown';
  }

  /** Builds all again and tells what ran. */
  build(env: NodeJS.ProcessEnv = {}): Build {
    const result = this.run(['build', 'all', '--json', '--events', this.#events], env);
    if (result.status !== 0) throw new Error(`${result.stdout}${result.stderr}`);
    return toldBy(result.stdout, this.#events);
  }

  /** What of the first person's surroundings stands in what was built. */
  #person(): NodeJS.ProcessEnv {
    return this.#first ? { HOME: this.#first.home, BUILD_NUMBER: PEOPLE_NUMBER } : {};
  }

  end(): void {
    rmSync(this.#base, { recursive: true, force: true });
  }
}

function toldBy(outcome: string, eventsFile: string): Build {
  const events = readFileSync(eventsFile, 'utf8').trim().split('\n');
  const ran = events
    .map((line) => JSON.parse(line))
    .filter(({ type }) => type === 'action.finished')
    .map(({ payload }) => `${payload.label}: ${payload.description}`);
  return { ...JSON.parse(outcome), ran };
}

/** The platform of this working tree in a folder, as the one commit of a repository. */
export function copyPlatform(root: string): void {
  const source = join(REPOSITORY, 'examples', 'platform');
  const listed = git(source, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  for (const path of listed.split('\0').filter((name) => name !== '' && existsSync(join(source, name)))) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    cpSync(join(source, path), join(root, path));
  }
  git(root, 'init', '--quiet', '--initial-branch=main');
  commitAll(root, 'platform');
}

export function commitAll(root: string, message: string): void {
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '--no-verify', `--message=${message}`);
}

function git(cwd: string, ...words: string[]): string {
  const identity = ['-c', 'safe.directory=*', '-c', 'user.name=test', '-c', 'user.email=test@localhost'];
  const result = spawnSync('git', [...identity, ...words], { cwd, encoding: 'utf8', env: gitEnvironment() });
  if (result.status !== 0) throw new Error(`git ${words.join(' ')}: ${result.stderr}`);
  return result.stdout;
}

/** Git without what a hook or a user sets: the copy is nobody's. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, ...rest } = process.env;
  return { ...rest, GIT_CONFIG_GLOBAL: '/dev/null' };
}

/** Runs a program of the machine and gives its output; skips the test by name where it is missing. */
export function tool(t: TestContext, argv: readonly string[], input = ''): string | undefined {
  const result = spawnSync(argv[0]!, argv.slice(1), { encoding: 'utf8', input, maxBuffer: 2 ** 26 });
  // EACCES: it may lie in a folder of the PATH that this user may not enter.
  if (['ENOENT', 'EACCES'].includes((result.error as NodeJS.ErrnoException | undefined)?.code ?? '')) {
    t.skip(`not run: ${argv[0]} is missing`);
    return undefined;
  }
  if (result.status !== 0)
    throw new Error(`${argv.join(' ')}: ${result.status}\n${result.stdout}${result.stderr}`);
  return result.stdout + result.stderr;
}

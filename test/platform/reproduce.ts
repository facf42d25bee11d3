/**
 * Builds the reference platform twice from one commit, in two folders, as two people who differ in everything that must
 * not matter, releases it, and compares every byte below dist/. Both build at the same time, each with a full download.
 * `node test/platform/reproduce.ts` as root uses a second user, made for the time of the run; as anybody else two homes of
 * the same user, and says so.
 * `--in FOLDER` works in a new folder and leaves it: `first` and `second` are the homes, `a` and `a folder/…/b` the clones;
 * `platform.ts` goes on from the first one.
 * `--user NAME` takes a user that there is. Ends with 0 when all bytes are equal and to build again did nothing, 1 when not,
 * 3 when it could not build.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareTrees, countFiles } from './compare-trees.ts';
import { jsonIn, type Outcome, PEOPLE_NUMBER, placesOf } from './platform.ts';

interface Person {
  readonly name: string;
  readonly folder: string;
  readonly umask: string;
  readonly jobs: number;
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
}

const ROOT = join(import.meta.dirname, '..', '..');
const USER = 'mobileops-repro';
const isRoot = process.getuid?.() === 0;
const { values } = parseArgs({ options: { in: { type: 'string' }, user: { type: 'string' } } });
if (values.in !== undefined) mkdirSync(values.in);
const base = values.in ?? mkdtempSync(join(tmpdir(), 'mobileops-reproduce-'));
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

const people: readonly Person[] = [
  { name: 'first', folder: 'a', umask: '022', jobs: 3, env: { TZ: 'America/St_Johns', LANG: 'C.UTF-8' } },
  {
    name: 'second',
    folder: 'a folder/with a much longer name/b',
    umask: '077',
    jobs: 2,
    env: { TZ: 'Asia/Kolkata', LANG: 'tr_TR.UTF-8', LC_ALL: 'POSIX', SOURCE_DATE_EPOCH: '1', FOO: 'bar' },
  },
];

interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
}

const ending = new AbortController();

/** Runs a command to its end, or ends everything: without both builds there is nothing to compare. */
async function run(argv: readonly string[], { uid, ...options }: RunOptions = {}): Promise<string> {
  const asUser = uid === undefined ? {} : { uid, gid: uid };
  const [program, ...rest] = argv;
  const child = spawn(program!, rest, {
    ...options,
    ...asUser,
    signal: ending.signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk;
    });
  const code = await new Promise<unknown>((resolve) => child.on('error', resolve).on('close', resolve));
  if (code === 0) return text.stdout;
  say(`not done: ${argv.join(' ')} (${code})\n${text.stdout}${text.stderr}`);
  ending.abort();
  process.exit(3);
}

async function secondUser(): Promise<number> {
  if (values.user !== undefined) return Number(await run(['id', '-u', values.user]));
  spawnSync('useradd', ['--no-create-home', '--home-dir', join(base, 'second'), '--user-group', USER]);
  return Number(await run(['id', '-u', USER]));
}

function cleanUp(): void {
  if (values.in === undefined) rmSync(base, { recursive: true, force: true });
  if (isRoot && values.user === undefined) spawnSync('userdel', [USER]);
}

/** Builds and releases: the folder dist/, and whether to build again did nothing. */
async function buildAs(
  person: Person,
  source: string,
): Promise<{ readonly dist: string; readonly isSettled: boolean }> {
  const { home, cache, workspace, events, outcome } = placesOf(base, person);
  const folder = join(base, person.folder);
  mkdirSync(dirname(folder), { recursive: true });
  await run(['git', '-c', 'safe.directory=*', 'clone', '--quiet', '--no-hardlinks', source, folder]);
  mkdirSync(home);
  if (person.uid !== undefined) {
    chownSync(home, person.uid, person.uid);
    await run(['chown', '-R', `${person.uid}:${person.uid}`, folder]);
  }
  const { XDG_CACHE_HOME: _, BUILD_ID: _id, BUILD_VERSION: _version, LC_ALL: _all, ...rest } = process.env;
  const env = { ...rest, BUILD_NUMBER: PEOPLE_NUMBER, HOME: home, MOBILEOPS_CACHE: cache, ...person.env };
  const shell = ['sh', '-c', `umask ${person.umask} && exec "$@"`, 'sh'];
  const options = { env, cwd: folder, ...(person.uid === undefined ? {} : { uid: person.uid }) };
  const step = async (...argv: string[]): Promise<string> => {
    const began = performance.now();
    const told = await run([...shell, ...argv], options);
    say(`${person.name}: ${argv.slice(0, 2).join(' ')}: ${seconds(began)}`);
    return told;
  };
  const start = ['npm', 'start', '--', '-j', String(person.jobs), '--json'];
  writeFileSync(outcome, jsonIn(await step(...start, '--events', events)));
  const again: Outcome = JSON.parse(jsonIn(await step(...start)));
  await step(
    './mobileops',
    ...['release', 'v1.0.0', 'notes', '--unchecked', 'to compare bytes', '-C', 'examples/platform'],
  );
  const { ran, cached, upToDate } = again.counts;
  const isSettled = ran + cached === 0 && upToDate === again.targets.length;
  return { dist: join(workspace, 'dist'), isSettled };
}

async function main(): Promise<number> {
  chmodSync(base, 0o755);
  const source = join(base, 'source.git');
  await run([
    'git',
    '-c',
    'safe.directory=*',
    'clone',
    '--quiet',
    '--bare',
    '--no-hardlinks',
    `file://${ROOT}`,
    source,
  ]);
  const uid = isRoot ? await secondUser() : undefined;
  say(
    isRoot
      ? 'two users: root and an ordinary one'
      : 'not run: a second user needs root; two homes of one user',
  );
  const [first, second] = await Promise.all(
    people.map((person) =>
      buildAs(person.name === 'second' && uid !== undefined ? { ...person, uid } : person, source),
    ),
  );
  // The metrics are measurements of one build, the provenance tells who built and when; neither is in an archive.
  const isOfOneBuild = (path: string): boolean =>
    path === 'build-metrics.json' || path === 'release/mobileops-1.0.0-provenance.json';
  const differences = compareTrees(first!.dist, second!.dist, isOfOneBuild);
  for (const difference of differences) say(`differs: ${difference}`);
  const files = countFiles(first!.dist);
  const isSettled = first!.isSettled && second!.isSettled;
  if (!isSettled) say('to build again did something');
  say(`${files} files compared, ${differences.length} differences`);
  return isSettled && differences.length === 0 && files > 50 ? 0 : 1;
}

process.on('exit', cleanUp);
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    ending.abort();
    process.exit(130);
  });
process.exitCode = await main();

/**
 * From `git clone` to a signed release of the reference platform on a server, with its pages, its clients and the way back:
 * every command that a person types, in order. It ends at the first that fails; what a missing program could not try is named.
 * `node test/platform/journey.ts --in FOLDER` works in a new folder and leaves it: the clone, the server's data, what was
 * installed, `logs` and `screenshots`.
 * `--cache FOLDER` takes a cache with what was fetched before; otherwise everything is fetched.
 * `--tools FOLDER` says where crane or cosign lies, if not in the PATH.
 * `--without STEP` leaves a step out, which is then named as not run.
 * Ends with 0 when all went well, 1 when not, 3 when a program that it cannot do without is missing.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { freePort } from '../../bench/images/daemon.ts';
import { installByNpm, installByPip } from './journey-packages.ts';
import { photograph, type ShownPage } from './journey-pages.ts';
import { pullImages } from './journey-pull.ts';
import { Journey, StepFailure, say } from './journey-run.ts';
import { verifyByOthers } from './journey-verify.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TEXT = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    ...{ in: TEXT, cache: TEXT },
    ...{ tools: { ...TEXT, multiple: true }, without: { ...TEXT, multiple: true } },
  },
});
const { tools = [] } = values;
if (values.in !== undefined) mkdirSync(values.in);
const base = values.in ?? mkdtempSync(join(tmpdir(), 'mobileops-journey-'));
const at = (...names: string[]): string => join(base, ...names);
const clone = at('clone');
const platform = join(clone, 'examples/platform');
const port = await freePort();
const isUnchecked = values.without?.includes('check') ?? false;
const server = `http://127.0.0.1:${port}`;

for (const folder of ['home', 'home/.gnupg', 'keys', 'screenshots']) mkdirSync(at(folder), { mode: 0o700 });
const { XDG_CACHE_HOME: _, BUILD_ID: _id, BUILD_VERSION: _version, CI: _ci, ...machine } = process.env;
const journey = new Journey(
  at('logs'),
  {
    ...machine,
    HOME: at('home'),
    GNUPGHOME: at('home/.gnupg'),
    DOCKER_CONFIG: at('home/.docker'),
    MOBILEOPS_CACHE: values.cache ?? at('cache'),
  },
  values.without ?? [],
);

const git = (...words: string[]): Promise<string> =>
  journey.run(['git', '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...words], { cwd: clone });

/** Our program, in the workspace of the platform. */
function mobileops(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  return journey.run([join(clone, 'mobileops'), ...words], { cwd: platform, env });
}

/** Builds tell the server what they did. */
const metrics = (token: string): Record<string, string> => ({
  METRICS_URL: `${server}/builds`,
  METRICS_TOKEN: token,
});

async function travel(): Promise<void> {
  await fromClone();
  const made = await mobileops(['serve', 'token', 'create', 'ci', '--role', 'write', '--data', at('data')]);
  const token = made.trim();
  await proveSources(token);
  await makeRelease(token);
  await takeIt();
  await goOnAndBack(token);
  // It is built when it is asked for first.
  await journey.step('the documentation, from its sources', async () =>
    expect((await fetch(`${server}/docs/`)).ok, 'the server shows its documentation'),
  );
  await journey.step('the pages of the server', () =>
    photograph(journey, { server, folder: at('screenshots'), pages: PAGES }),
  );
}

async function fromClone(): Promise<void> {
  await journey.step('clone', async () => {
    await journey.run(['git', '-c', 'safe.directory=*', 'clone', '--quiet', `file://${ROOT}`, clone]);
    await journey.run(['npm', 'start', '--', '--help'], { cwd: clone });
  });

  await journey.step('a server', async () => {
    const words = ['serve', '--port', `${port}`, '--data', at('data'), '--anonymous', 'read'];
    const isReady = async (): Promise<boolean> => (await fetch(`${server}/ready`)).ok;
    await journey.serve([join(clone, 'mobileops'), ...words, '--token-file', at('keys/admin')], isReady);
  });
}

async function proveSources(token: string): Promise<void> {
  await journey.step('the lock says the same when it is made again', async () => {
    await mobileops(['deps', 'lock']);
    await git('diff', '--exit-code', '--', 'examples/platform/mobileops.lock');
  });

  await journey.step('build everything, and build it again', async () => {
    await mobileops(['build', 'all'], metrics(token));
    const again = JSON.parse(await mobileops(['build', 'all', '--json']));
    expect(again.counts.ran + again.counts.failed === 0, 'the second build has nothing to do');
  });

  await journey.step('scan', () => mobileops(['scan']).then(() => undefined));

  await journey.step('check', async () => {
    await mobileops(['check', '--report', at('gates.html'), '--report', at('gates.xml')], metrics(token));
    expect(/<testsuite/.test(readFileSync(at('gates.xml'), 'utf8')), 'the gates are a JUnit report');
  });

  await journey.step('ci, with the steps of the platform', async () => {
    await mobileops(['ci', '--report', at('ci.xml'), '--report', at('ci.json')], metrics(token));
    expect(/<testsuite/.test(readFileSync(at('ci.xml'), 'utf8')), 'the steps are a JUnit report');
  });

  await journey.step('doctor finds nothing that is broken', () =>
    mobileops(['doctor']).then(() => undefined),
  );
}

async function makeRelease(token: string): Promise<void> {
  await journey.step('two keys', async () => {
    const [gpg, openssl] = ['gpg', 'openssl'];
    const who = 'Release <release@example.org>';
    const word = ['--batch', '--passphrase', ''];
    await journey.run([gpg, ...word, '--quick-generate-key', who, 'ed25519', 'sign', '1d']);
    await journey.run([gpg, ...word, '--armor', '--output', at('keys/release.asc'), '--export-secret-keys']);
    await journey.run([gpg, '--batch', '--armor', '--output', at('keys/release.pub'), '--export']);
    const curve = ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    await journey.run([openssl, 'genpkey', ...curve, '-out', at('keys/cosign.key')]);
    await journey.run([
      openssl,
      ...['pkey', '-in', at('keys/cosign.key'), '-pubout', '-out', at('keys/cosign.pub')],
    ]);
  });

  await journey.step('release 1.0.0', () => release('v1.0.0', token));
  await journey.step('publish 1.0.0, with its images', () => publish('v1.0.0', token));
}

/** As those do who did not build it. */
async function takeIt(): Promise<void> {
  await journey.step('verify the signatures', async () => {
    const key = ['--key', at('keys/release.pub'), '--key', at('keys/cosign.pub')];
    await mobileops(['verify', 'dist/release', ...key]);
    await verifyByOthers(journey, { release: join(platform, 'dist/release'), keys: at('keys'), tools });
  });
  await journey.step('pull the images', () =>
    pullImages(journey, {
      registry: `127.0.0.1:${port}`,
      index: indexOf('1.0.0'),
      scratch: at('pulled'),
      tools,
    }),
  );
  await journey.step('the packages of the release, by pip and npm', () => installPackages('1.0.0'));

  await journey.step('install 1.0.0 from the server', async () => {
    await mobileops(['install', 'mobileops', '--from', server, '--key', at('keys/cosign.pub'), ...prefix]);
    expect((await current()) === '1.0.0', '1.0.0 is the current one');
  });
}

async function goOnAndBack(token: string): Promise<void> {
  await journey.step('a change, and release 1.0.1', async () => {
    appendFileSync(join(platform, CHANGED), MARK);
    await git('add', '--all');
    await git('commit', '--quiet', '--no-verify', '-m', 'fix: say where the agent comes from');
    if (!isUnchecked) await mobileops(['check'], metrics(token));
    await release('v1.0.1', token);
    await publish('v1.0.1', token);
    await installPackages('1.0.1');
  });

  await journey.step('update to 1.0.1, and roll back', async () => {
    await mobileops(['update', ...prefix]);
    expect((await current()) === '1.0.1', '1.0.1 is the current one');
    expect(isMarked(), 'the change was installed');
    await mobileops(['rollback', ...prefix]);
    expect((await current()) === '1.0.0', '1.0.0 is the current one again');
    expect(!isMarked(), 'the change is gone');
  });
}

async function installPackages(version: string): Promise<void> {
  await installByPip(journey, { server, version, scratch: at('python') });
  await installByNpm(journey, { server, version, scratch: at('node') });
}

const PAGES: readonly ShownPage[] = [
  {
    ...{ path: '/install', name: 'install' },
    texts: ['status-prod-release-1.0.1.apk', 'status.mobileops.example'],
    pictures: ['QR code: MobileOps status for a phone'],
  },
  { path: '/builds', name: 'builds', texts: ['1.0.1'] },
  { path: '/ci', name: 'ci', texts: ['setup-environment'] },
  { path: '/docs/', name: 'docs', texts: ['mobileops publish'] },
];

const prefix = ['--prefix', at('installed')];

async function current(): Promise<string> {
  return JSON.parse(await mobileops(['list', ...prefix, '--json'])).current;
}

const CHANGED = 'scripts/telemetry_agent.sh';
const MARK = '# From the second release.\n';

function isMarked(): boolean {
  const path = at('installed/current', CHANGED);
  expect(existsSync(path), `${path} is installed`);
  return readFileSync(path, 'utf8').endsWith(MARK);
}

async function release(version: string, token: string): Promise<void> {
  const keys = ['--key', at('keys/release.asc'), '--key', at('keys/cosign.key')];
  const env = { ...metrics(token), REGISTRY: `127.0.0.1:${port}/platform` };
  const why = isUnchecked ? ['--unchecked', 'the journey was told to leave the check out'] : [];
  await mobileops(['release', version, 'By the journey', ...why, ...keys], env);
  await git('add', '--all');
  await git('commit', '--quiet', '--no-verify', '-m', `chore: release ${version}`);
}

/** Files by the bearer token; images by what `docker login` would have written. */
async function publish(version: string, token: string): Promise<void> {
  const env = { ARTIFACT_REPO_URL: server, ARTIFACT_REPO_TOKEN: token, PUSH_IMAGES: 'true' };
  logIn(token);
  const first = JSON.parse(await mobileops(['publish', version, '--json'], env));
  const again = JSON.parse(await mobileops(['publish', version, '--again', '--json'], env));
  const sent = (told: { events: { how: string }[] }): number =>
    told.events.filter(({ how }) => how === 'sent').length;
  expect(sent(first) > 0 && sent(again) === 0, 'to publish again sends nothing');
}

/** What `docker login` writes. */
function logIn(token: string): void {
  const auth = Buffer.from(`ci:${token}`).toString('base64');
  const auths = { [`127.0.0.1:${port}`]: { auth } };
  mkdirSync(at('home/.docker'), { recursive: true });
  writeFileSync(at('home/.docker/config.json'), JSON.stringify({ auths }), { mode: 0o600 });
}

function indexOf(version: string): {
  readonly images: readonly { readonly reference: string; readonly digest: string }[];
} {
  return JSON.parse(readFileSync(join(platform, `dist/release/mobileops-${version}-release.json`), 'utf8'));
}

function expect(isSo: boolean, what: string): void {
  if (!isSo) throw new StepFailure(`not so: ${what}`);
}

function cleanUp(): void {
  if (values.in === undefined) rmSync(base, { recursive: true, force: true });
}

process.on('exit', cleanUp);
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => process.exit(130));
try {
  await travel();
} catch (error) {
  if (!(error instanceof StepFailure)) throw error;
  say(`\nFAILED: ${error.message}`);
  process.exitCode = error.exitCode;
} finally {
  const wrong = await journey.end();
  if (wrong !== undefined) {
    say(wrong);
    process.exitCode ||= 1;
  }
}
for (const { step, why } of journey.notRun) say(`not run: ${step}: ${why}`);
if (!process.exitCode) say('\nthe journey is complete');

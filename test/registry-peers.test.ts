/**
 * What `mobileops images --push` puts into the distribution project's registry is accepted, pulled and run by the programs
 * that others use. A program that is missing is named as not run; crane, which has to be built, is asked in .ci/full.
 */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Daemon } from '../bench/images/daemon.ts';
import { installImagePeers } from '../bench/images/peers.ts';
import { LoopbackRegistry } from '../bench/images/registry.ts';
import { findProgram, toolEnvironment } from '../bench/images/tool-environment.ts';
import { Rig } from './e2e/rig.ts';

const isWhole = process.env.MOBILEOPS_CORPUS === 'all';
const SUITE = { timeout: 300_000 };
const run = promisify(execFile);
/** Where crane is. */
const programs = isWhole ? installImagePeers() : '';

/** Tells what it finds: its words, where and as whom it runs, and what layers left of two files. */
const PROGRAM = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
  char folder[1000], line[1000] = "gone";
  if (count == 3 && strcmp(words[1], "remove") == 0) return remove(words[2]);
  if (count == 3 && strcmp(words[1], "write") == 0) return fputs("by RUN", fopen(words[2], "w")) < 0;
  FILE *made = fopen("/files/made", "r");
  if (made == NULL || fgets(line, sizeof line, made) == NULL) strcpy(line, "nothing");
  printf("%s %d:%d %s %s %s %s\\n", count > 1 ? words[1] : "", getuid(), getgid(), getcwd(folder, sizeof folder),
    getenv("WHO"), line, access("/files/removed", F_OK) == 0 ? "there" : "removed");
  return 0;
}
`;
const DOCKERFILE = `FROM scratch
COPY tool /tool
COPY --chown=7:8 removed /files/
RUN ["/tool", "remove", "/files/removed"]
RUN ["/tool", "write", "/files/made"]
ENV WHO=world
WORKDIR /work
USER 7:8
ENTRYPOINT ["/tool"]
CMD ["hello"]
`;
const SAID = 'hello 7:8 /work world by RUN removed\n';

const rig = new Rig();
const has = (name: string): boolean => findProgram(name, [programs]) !== undefined;
const isRoot = process.getuid?.() === 0;
let registry: LoopbackRegistry;
let image: string;

/** Why nothing can be pushed. */
function prepare(): string | undefined {
  if (!isRoot) return 'root is missing';
  if (!has('docker-registry')) return 'docker-registry is missing';
  mkdirSync(rig.path('docker'));
  writeFileSync(rig.path('tool.c'), PROGRAM);
  writeFileSync(rig.path('removed'), '');
  writeFileSync(rig.path('docker/Dockerfile.one'), DOCKERFILE);
  const compiled = spawnSync('cc', ['-static', '-o', rig.path('tool'), rig.path('tool.c')]);
  return compiled.status === 0 ? undefined : 'cc or a static C library is missing';
}

const absent = prepare();

before(async () => {
  if (absent !== undefined) return;
  const folder = join(rig.folder, 'registry');
  mkdirSync(folder);
  registry = await LoopbackRegistry.start(folder, 'docker-registry');
  const ended = await rig.run(['images', '--push'], { env: { REGISTRY: `${registry.host}/team` } });
  assert.equal(ended.code, 0, ended.output);
  image = `${registry.host}/team/mobileops-one`;
});

after(async () => {
  registry?.stop();
  await rig[Symbol.asyncDispose]();
});

interface Peer {
  readonly name: string;
  readonly needs: readonly string[];
  /** What the image's process said. */
  said(folder: string, env: Readonly<Record<string, string>>): Promise<string>;
}

const PEERS: readonly Peer[] = [
  {
    name: 'skopeo and umoci',
    needs: ['skopeo', 'umoci', 'runc'],
    async said(folder, env) {
      const layout = join(folder, 'layout');
      await run(
        'skopeo',
        ['copy', '-q', '--src-tls-verify=false', `docker://${image}:1.0.0`, `oci:${layout}:it`],
        { env },
      );
      assert.equal(topOf(layout), topOf(rig.path('dist/images/one')));
      const bundle = join(folder, 'bundle');
      await run('umoci', ['unpack', '--image', `${layout}:it`, bundle], { env });
      return runBundle(bundle, env);
    },
  },
  {
    name: 'buildah',
    needs: ['buildah'],
    async said(folder, env) {
      const storage = [
        '--root',
        join(folder, 'root'),
        '--runroot',
        join(folder, 'run'),
        '--storage-driver',
        'vfs',
      ];
      const buildah = async (...words: string[]) =>
        (await run('buildah', [...storage, ...words], { env })).stdout;
      const container = (
        await buildah('from', '-q', '--tls-verify=false', `docker://${image}:latest`)
      ).trim();
      const { Entrypoint, Cmd } = JSON.parse(await buildah('inspect', container)).OCIv1.config;
      return buildah('run', '--isolation=chroot', container, '--', ...Entrypoint, ...Cmd);
    },
  },
  {
    name: 'docker',
    needs: ['dockerd', 'docker', 'runc'],
    async said(folder, env) {
      await using docker = await startDocker(folder, env);
      await docker.run('pull', '-q', `${image}:1.0.0`);
      const [{ RepoDigests }] = JSON.parse(await docker.run('inspect', `${image}:1.0.0`));
      assert.deepEqual(RepoDigests, [`${image}@${topOf(rig.path('dist/images/one'))}`]);
      const said = await docker.run('run', '--rm', '--network=none', `${image}:1.0.0`);
      const archive = join(folder, 'saved.tar');
      const saved = await rig.run(['image', 'save', 'one', '-o', archive]);
      assert.equal(saved.code, 0, saved.output);
      const name = /^Loaded image: (\S+)$/m.exec(await docker.run('load', '-i', archive))?.[1] ?? '';
      assert.equal(await docker.run('run', '--rm', '--network=none', name), said);
      return said;
    },
  },
];

const CRANE: Peer = {
  name: 'crane',
  needs: ['crane'],
  async said(folder, env) {
    const crane = join(programs, 'crane');
    await run(crane, ['validate', '--insecure', '--remote', `${image}:latest`], { env });
    assert.equal(
      (await run(crane, ['digest', `${image}:1.0.0`], { env })).stdout.trim(),
      topOf(rig.path('dist/images/one')),
    );
    const archive = join(folder, 'image.tar');
    await run(crane, ['pull', `${image}:1.0.0`, archive], { env });
    await run(crane, ['validate', '--tarball', archive], { env });
    const root = join(folder, 'root');
    mkdirSync(root);
    await run(crane, ['export', `${image}:1.0.0`, join(folder, 'files.tar')], { env });
    await run('tar', ['-xpf', join(folder, 'files.tar'), '-C', root]);
    const words = [`--root=${root}`, '--wd=/work', '--setgid=8', '--setuid=7', '/tool', 'hello'];
    return (await run(findProgram('unshare')!, words, { env: { WHO: 'world' } })).stdout;
  },
};

for (const peer of isWhole ? [...PEERS, CRANE] : PEERS) {
  test(`what we pushed is pulled and run by ${peer.name}`, SUITE, async (t) => {
    const missing = peer.needs.filter((name) => !has(name)).map((name) => `${name} is missing`);
    if (absent !== undefined || missing.length > 0) return t.skip(`not run: ${absent ?? missing.join(', ')}`);
    const folder = join(rig.folder, peer.name.replaceAll(' ', '-'));
    mkdirSync(folder);
    assert.equal(await peer.said(folder, toolEnvironment(folder)), SAID);
  });
}

function topOf(layout: string): string {
  return JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8')).manifests[0].digest;
}

/** By runc, with nothing changed but what a terminal and a user's own control groups would need. */
async function runBundle(bundle: string, env: Readonly<Record<string, string>>): Promise<string> {
  const path = join(bundle, 'config.json');
  const config = JSON.parse(readFileSync(path, 'utf8'));
  config.process.terminal = false;
  writeFileSync(path, JSON.stringify(config));
  const words = ['--root', join(bundle, 'state'), 'run', '--bundle', bundle, `mobileops-test-${process.pid}`];
  return (await run('runc', words, { env })).stdout;
}

interface Docker extends AsyncDisposable {
  run(...words: string[]): Promise<string>;
}

async function startDocker(folder: string, env: Readonly<Record<string, string>>): Promise<Docker> {
  const [socket, execRoot] = [join(folder, 'sock'), join(folder, 'exec')];
  const client = findProgram('docker', ['/usr/bin'])!;
  const docker = async (...words: string[]): Promise<string> =>
    (await run(client, ['-H', `unix://${socket}`, ...words], { env })).stdout;
  const daemon = await Daemon.start({
    argv: [
      ...[findProgram('dockerd')!, '--storage-driver', 'overlay2', '--iptables=false', '--ip6tables=false'],
      ...['--bridge=none', '--data-root', join(folder, 'data'), '--exec-root', execRoot],
      ...['--pidfile', join(folder, 'pid'), '-H', `unix://${socket}`],
    ],
    env,
    log: join(folder, 'log'),
    isReady: async () => existsSync(socket) && (await docker('version')).length > 0,
    pidFiles: [join(execRoot, 'containerd', 'containerd.pid')],
  });
  return { run: docker, [Symbol.asyncDispose]: async () => daemon.stop() };
}

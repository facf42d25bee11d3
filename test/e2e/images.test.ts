/** Dockerfiles with RUN through the real command line: what runs again after which change, and what comes out. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Rig } from './rig.ts';

const folder = mkdtempSync(join(tmpdir(), 'mobileops-images-'));
after(() => rmSync(folder, { recursive: true }));

/** A shell is more than a test can carry: this program writes words into files, or shows them. */
const PROGRAM = `
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **words) {
  if (count == 3 && strcmp(words[1], "connect") == 0) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(words[2]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof address) == 0;
  }
  if (count == 3 && strcmp(words[1], "remove") == 0) return remove(words[2]);
  if (count == 3 && strcmp(words[1], "fail") == 0) { puts(words[2]); return 3; }
  int isAdded = count > 1 && strcmp(words[1], "add") == 0;
  FILE *file = count > 2 ? fopen(words[2], isAdded ? "a" : "w") : NULL;
  if (file == NULL) { perror("tool"); return 1; }
  for (int index = 3; index < count; index++) {
    const char *value = words[index][0] == '$' ? getenv(words[index] + 1) : words[index];
    FILE *source = words[index][0] == '@' ? fopen(words[index] + 1, "r") : NULL;
    for (int byte; source != NULL && (byte = fgetc(source)) != EOF;) fputc(byte, file);
    if (source == NULL) fputs(value != NULL ? value : "unset", file);
  }
  return fclose(file);
}
`;
writeFileSync(join(folder, 'tool.c'), PROGRAM);
const compiled = spawnSync('cc', ['-O1', '-static', '-o', join(folder, 'tool'), join(folder, 'tool.c')]);
const SKIP =
  compiled.status !== 0
    ? 'not run: cc or a static C library is missing'
    : process.getuid?.() !== 0 && 'not run: needs root (as a user: test/container.test.ts)';

const DOCKERFILE = `FROM scratch AS builder
COPY tool /tool
ENV WHO=world
RUN ["/tool", "write", "/made", "$WHO"]

FROM scratch
COPY tool /tool
LABEL version=1
WORKDIR /work
COPY data.txt /work/
RUN --mount=type=bind,target=/context ["/tool", "write", "/work/copy", "@/context/data.txt"]
RUN --mount=type=cache,target=/cache ["/tool", "add", "/cache/count", "x"]
RUN --mount=type=secret,id=token,target=/run/token ["/tool", "write", "/work/length", "@/etc/absent"]
RUN ["/tool", "remove", "/work/data.txt"]
COPY --from=builder /made /work/
CMD ["/tool"]
`;

function workspace(): Rig {
  const rig = new Rig();
  mkdirSync(rig.path('docker'), { recursive: true });
  writeFileSync(rig.path('docker/Dockerfile.one'), DOCKERFILE);
  writeFileSync(rig.path('tool'), readFileSync(join(folder, 'tool')), { mode: 0o755 });
  writeFileSync(rig.path('data.txt'), 'data\n');
  return rig;
}

const SECRET = 'c0ffee-of-the-test';
const ENV = { MOBILEOPS_SECRET_TOKEN: SECRET };

/** The instructions of the image's actions that were run. */
async function ran(rig: Rig, env: Readonly<Record<string, string>> = ENV): Promise<readonly string[]> {
  const { code, output, events } = await rig.run(['build', 'image:one'], { env });
  assert.equal(code, 0, output);
  const ids = events.filter(({ type }) => type === 'action.started').map(({ payload }) => String(payload.id));
  return ids.map((id) => id.slice(id.indexOf('#') + 1));
}

interface Layout {
  readonly layers: readonly string[];
  readonly config: { readonly config: { readonly Labels?: Readonly<Record<string, string>> } };
  readonly digest: string;
}

function layoutOf(rig: Rig): Layout {
  const blob = (digest: string): string => rig.path('dist/images/one/blobs/sha256', digest.slice(7));
  const json = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
  const { digest } = json(rig.path('dist/images/one/index.json')).manifests[0];
  const manifest = json(blob(digest));
  const layers = manifest.layers.map((each: { digest: string }) => blob(each.digest));
  return { layers, config: json(blob(manifest.config.digest)), digest };
}

/** Names of a layer's members, by tar. */
function members(path: string): readonly string[] {
  const { stdout } = spawnSync('tar', ['tzf', path], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line !== '');
}

test('an image with RUNs is built, and each change runs again what depends on it', {
  skip: SKIP,
}, async () => {
  await using rig = workspace();
  await ran(rig);
  const first = layoutOf(rig);
  const all = first.layers.map(members);
  assert.ok(
    all.some((names) => names.join() === 'work/,work/copy'),
    JSON.stringify(all),
  );
  assert.ok(all.some((names) => names.includes('work/.wh.data.txt')));
  assert.ok(!all.flat().some((name) => /cache|token|context/.test(name)), 'mounts are in no layer');
  assert.deepEqual(await ran(rig), []);

  writeFileSync(rig.path('data.txt'), 'other\n');
  const again = await ran(rig);
  assert.ok(
    again.some((id) => id.startsWith('stage1-run')) && !again.some((id) => id.startsWith('stage0')),
    again.join(),
  );
  assert.notEqual(layoutOf(rig).digest, first.digest);

  writeFileSync(rig.path('data.txt'), 'data\n');
  assert.ok(!(await ran(rig)).some((id) => id.includes('run')), 'the first results are still known');
  assert.equal(layoutOf(rig).digest, first.digest);
});

test('a RUN is not run again for what it cannot see of its base and of its stage', {
  skip: SKIP,
}, async () => {
  await using rig = workspace();
  const runsWith = async (below: string, before: string): Promise<boolean> => {
    writeFileSync(rig.path('docker/Dockerfile.base'), `FROM scratch\nCOPY tool /tool\n${below}\n`);
    const text = `FROM mobileops-base\n${before}\nCOPY tool /b\nRUN ["/tool", "write", "/x", "$WHO"]\n`;
    writeFileSync(rig.path('docker/Dockerfile.one'), text);
    return (await ran(rig)).includes('stage0-run0');
  };
  assert.ok(await runsWith('LABEL version=1', 'WORKDIR /'));
  assert.ok(!(await runsWith('LABEL version=2\nCMD ["/tool"]', 'LABEL version=3\nWORKDIR /\nEXPOSE 80')));
  assert.ok(await runsWith('ENV WHO=you', 'WORKDIR /'));
  assert.ok(!(await runsWith('', 'WORKDIR /\nARG WHO=you')), 'to a command, an ARG is as an ENV');
});

test('what a RUN with the network reached is told, from the store too', { skip: SKIP }, async () => {
  await using rig = workspace();
  const text =
    'FROM scratch\nCOPY tool /tool\nRUN ["/tool", "connect", "1"]\nRUN --network=none ["/tool", "connect", "2"]\n';
  writeFileSync(rig.path('docker/Dockerfile.one'), text);
  const config = readFileSync(rig.path('build-config.yaml'), 'utf8');
  const why = async (): Promise<string> => {
    await ran(rig);
    return (await rig.run(['why', 'image:one'])).output;
  };
  assert.doesNotMatch(await why(), /network/, 'no network, nothing to tell');
  writeFileSync(rig.path('build-config.yaml'), config.replace('spec:', 'spec:\n  runNetwork: true'));
  const told = await why();
  assert.match(told, /run0 ran [\s\S]*its network changed\n {2}reached by the network: tcp 127\.0\.0\.1:1\n/);
  assert.doesNotMatch(told, /127\.0\.0\.1:2/);
  rmSync(rig.path('build-cache'), { recursive: true });
  rmSync(rig.path('dist'), { recursive: true });
  assert.match(
    await why(),
    /run0 was taken from the store [\s\S]*reached by the network: tcp 127\.0\.0\.1:1\n/,
  );
});

test('what RUN left in the store goes with the cache', { skip: SKIP }, async () => {
  await using rig = workspace();
  await ran(rig);
  const layers = (): number =>
    readdirSync(join(rig.cache, 'containers'), { recursive: true, withFileTypes: true }).filter(
      ({ name }) => name === 'tool',
    ).length;
  assert.ok(layers() > 0);
  assert.equal((await rig.run(['cache', 'gc'])).code, 0);
  assert.ok(layers() > 0, 'what was just used stays');
  assert.equal((await rig.run(['cache', 'clear'])).code, 0);
  assert.equal(layers(), 0);
  rmSync(rig.path('dist'), { recursive: true });
  assert.ok((await ran(rig)).length > 0, 'all is made again');
});

test('two stores give the same digest', { skip: SKIP }, async () => {
  await using one = workspace();
  await using other = workspace();
  await Promise.all([ran(one), ran(other)]);
  assert.equal(layoutOf(one).digest, layoutOf(other).digest);
});

test('a secret is in no layer, document, log or file of the store', { skip: SKIP }, async () => {
  await using rig = workspace();
  const shown = DOCKERFILE.replace('"/work/length", "@/etc/absent"', '"/dev/null", "@/run/token"');
  writeFileSync(rig.path('docker/Dockerfile.one'), shown);
  await ran(rig);
  for (const place of [rig.workspace, rig.cache]) {
    for (const entry of readdirSync(place, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const bytes = readFileSync(join(entry.parentPath, entry.name));
      const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
      assert.ok(!content.includes(SECRET), join(entry.parentPath, entry.name));
    }
  }
  const without = await rig.run(['build', 'image:one'], { env: {} });
  assert.equal(without.code, 0, 'what is built needs no secret');
  assert.match(without.output, /nothing to do/, 'and its coming or going changes nothing');
});

test('a RUN that fails shows what it said, and nothing after it is run', { skip: SKIP }, async () => {
  await using rig = workspace();
  const broken = DOCKERFILE.replace(
    '["/tool", "remove", "/work/data.txt"]',
    '["/tool", "fail", "it does not like this"]',
  );
  writeFileSync(rig.path('docker/Dockerfile.one'), broken);
  const { code, output } = await rig.run(['build', 'image:one'], { env: ENV });
  assert.equal(code, 1);
  assert.match(output, /it does not like this/);
  assert.match(output, /exit code 3/);
});

test('a link of the context leads nowhere out of it', { skip: SKIP }, async () => {
  await using rig = workspace();
  symlinkSync(folder, rig.path('out'));
  const leaving = DOCKERFILE.replace('type=bind,target=/context', 'type=bind,source=out,target=/context');
  writeFileSync(rig.path('docker/Dockerfile.one'), leaving.replace('@/context/data.txt', '@/context/tool.c'));
  const { code, output } = await rig.run(['build', 'image:one'], { env: ENV });
  assert.equal(code, 1);
  assert.match(output, /bind source \/out: No such file/);
});

test('without the secret that a RUN requires it is said which variable gives it', {
  skip: SKIP,
}, async () => {
  await using rig = workspace();
  writeFileSync(
    rig.path('docker/Dockerfile.one'),
    DOCKERFILE.replace('id=token,', 'id=token,required=true,'),
  );
  const { code, output } = await rig.run(['build', 'image:one'], { env: {} });
  assert.equal(code, 1);
  assert.match(output, /MOBILEOPS_SECRET_TOKEN/);
  const unreadable = await rig.run(['build', 'image:one'], {
    env: { MOBILEOPS_SECRET_TOKEN_FILE: '/absent' },
  });
  assert.equal(unreadable.code, 1);
  assert.match(unreadable.output, /MOBILEOPS_SECRET_TOKEN_FILE cannot be read/);
});

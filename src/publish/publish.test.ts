/**
 * What every destination promises, and what a publication does when it is killed at any step: run again, each file is there
 * exactly once, and nobody saw half a release meanwhile.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, fail, ok, type Result } from '../base/index.ts';
import { CrashError, MemoryFileSystem } from '../host/testing.ts';
import type { AttachRequest, PushedImage, PushRequest, RegistryFailure } from '../registry/index.ts';
import { folderPublisher } from './folder-publisher.ts';
import { imagesPublisher } from './images-publisher.ts';
import { openJournal } from './journal.ts';
import { publish } from './publish.ts';
import { publishDiagnostic } from './publish-diagnostic.ts';
import type { PublishedRelease, Publisher, PublishItem } from './publisher.ts';
import { registryPublisher } from './registry-publisher.ts';
import { repositoryPublisher } from './repository-publisher.ts';
import { FakeRepository, FILES, Killed, putItem, releaseOnDisk } from './testing.ts';

const { signal } = new AbortController();

/** A registry as far as the publishers see it: blobs by digest, tags in the order in which they came. */
class FakePush {
  readonly blobs = new Map<string, string>();
  readonly tags: (readonly [tag: string, digest: string])[] = [];
  readonly fs: MemoryFileSystem;
  failure: RegistryFailure | undefined;
  killAt: { readonly request: number; readonly when: 'before' | 'after' } | undefined;
  #count = 0;

  constructor(fs: MemoryFileSystem) {
    this.fs = fs;
  }

  readonly push = async ({
    top,
    source,
    tags,
  }: PushRequest): Promise<Result<PushedImage, RegistryFailure>> => {
    const isKilled = this.killAt?.request === this.#count++;
    if (isKilled && this.killAt?.when === 'before') throw new Killed();
    if (this.failure) return fail(this.failure);
    const manifest = this.fs.readText(source.fileOf(top)!);
    const { config, layers } = JSON.parse(manifest);
    let sentBytes = 0;
    for (const each of [top, config, ...layers]) {
      const text = this.fs.readText(source.fileOf(each)!);
      assert.equal(`sha256:${digestOf(text).hash}`, each.digest);
      if (!this.blobs.has(each.digest)) sentBytes += each.size;
      this.blobs.set(each.digest, text);
    }
    for (const tag of tags) this.tags.push([tag, top.digest]);
    if (isKilled) throw new Killed();
    return ok({ top, blobs: { transferred: 0, present: 0, mounted: 0 }, sentBytes });
  };
}

interface Destination {
  readonly publisher: Publisher;
  /** What whoever installs sees: names and contents by version that a channel or tag names. */
  readonly visible: () => ReadonlyMap<string, readonly string[]>;
  readonly killAt?: (request: number, when: 'before' | 'after') => void;
  readonly channel: () => string | undefined;
}

type Make = (disk: ReturnType<typeof releaseOnDisk>) => Destination;

const isNewer = (version: string, than: string): boolean => version > than;

const folder: Make = ({ fs }) => ({
  publisher: folderPublisher({ fs, folder: '/out', isNewer }),
  visible: () => {
    if (!fs.lstat('/out')) return new Map();
    const versions = fs.readDirectory('/out').filter(({ name }) => /^\d/.test(name));
    return new Map(
      versions.map(({ name }) => [name, fs.readDirectory(`/out/${name}`).map((file) => file.name)] as const),
    );
  },
  channel: () => (fs.lstat('/out/latest') ? fs.readLink('/out/latest') : undefined),
});

const repository: Make = ({ fs }) => {
  const fake = new FakeRepository();
  const clock = { sleep: async () => {} };
  const options = { fs, http: fake.http, clock, url: 'https://r.example.com/', token: undefined };
  return {
    publisher: repositoryPublisher(options),
    // A release is there for who installs when its index is.
    visible: () => {
      const versions = [...fake.files.keys()].flatMap((name) => /^index-(.*)$/.exec(name)?.[1] ?? []);
      return new Map(
        versions.map((version) => [
          version,
          [...fake.files.keys()].filter((name) => name.endsWith(version)).sort(),
        ]),
      );
    },
    killAt: (request, when) => {
      fake.killAt = { request, when };
    },
    channel: () => fake.channels.get('stable'),
  };
};

const registry: Make = ({ fs, items, release }) => {
  const fake = new FakePush(fs);
  const place = { registry: 'r.example.com', repository: 'team/release' };
  const all = [...items, release.index];
  const describe = ({ kind }: RegistryFailure): string => kind;
  return {
    publisher: registryPublisher({ fs, client: fake, place, scratch: '/scratch', items: all, describe }),
    visible: () =>
      new Map(
        fake.tags
          .filter(([tag]) => /^\d/.test(tag))
          .map(([tag, digest]) => {
            const { layers } = JSON.parse(fake.blobs.get(digest)!);
            const names = layers.map(
              (layer: { annotations: Record<string, string> }) =>
                layer.annotations['org.opencontainers.image.title'],
            );
            return [tag, names.sort()] as const;
          }),
      ),
    killAt: (request, when) => {
      fake.killAt = { request, when };
    },
    channel: () =>
      fake.tags.findLast(([tag]) => tag === 'latest') && fake.tags.findLast(([tag]) => /^\d/.test(tag))?.[0],
  };
};

const MAKES: readonly (readonly [string, Make])[] = [
  ['a folder', folder],
  ['an artifact repository', repository],
  ['a registry', registry],
];

const NAMES = [...Object.keys(FILES).map((name) => `${name}-1.0.0`), 'index-1.0.0'].sort();

for (const [name, make] of MAKES) {
  test(`${name}: what was put is seen once it is promoted, and to put it again changes nothing`, async () => {
    const disk = releaseOnDisk();
    const { publisher, visible, channel } = make(disk);
    const all = [...disk.items, disk.release.index];
    for (const round of [1, 2]) {
      for (const item of all) {
        const put = await publisher.put(item, disk.release, signal);
        assert.ok(put.ok);
        if (round === 2) assert.notEqual(put.value, 'sent');
        if (round === 1) assert.deepEqual([...visible()], []);
      }
      assert.ok((await publisher.promote(disk.release, signal)).ok);
      assert.deepEqual([...visible()], [['1.0.0', NAMES]]);
      assert.equal(channel(), '1.0.0');
    }
  });

  for (const when of ['before', 'after'] as const) {
    test(`${name}: killed at any step (${when} it was done) and run again, it is there once and was never half there`, async () => {
      let isDone = false;
      for (let at = 0; !isDone; at++) {
        assert.ok(at < 400);
        const disk = releaseOnDisk();
        const destination = make(disk);
        const { release, items, fs } = disk;
        const run = () =>
          publish({
            release,
            items,
            publishers: [destination.publisher],
            journal: openJournal(fs, '/j/1'),
            signal,
          });
        const arm = (): void => (destination.killAt ? destination.killAt(at, when) : fs.crashAfter(at));
        arm();
        try {
          assert.ok((await run()).ok);
          isDone = true;
        } catch (error) {
          assert.ok(error instanceof CrashError || error instanceof Killed, String(error));
        }
        fs.restart();
        destination.killAt?.(-1, when);
        for (const names of destination.visible().values()) assert.deepEqual(names, NAMES);
        assert.ok((await run()).ok);
        assert.deepEqual([...destination.visible()], [['1.0.0', NAMES]]);
        assert.equal(destination.channel(), '1.0.0');
      }
    });
  }
}

test('another content under a name that is out is refused, and changes nothing', async () => {
  for (const make of [folder, repository]) {
    const disk = releaseOnDisk();
    const { publisher, visible } = make(disk);
    for (const item of disk.items) await publisher.put(item, disk.release, signal);
    await publisher.put(disk.release.index, disk.release, signal);
    await publisher.promote(disk.release, signal);
    const other = putItem(disk.fs, 'b-1.0.0', 'other');
    const put = await publisher.put(other, disk.release, signal);
    assert.deepEqual(put, { ok: false, failure: { kind: 'conflict', name: 'b-1.0.0' } });
    assert.deepEqual([...visible()], [['1.0.0', NAMES]]);
  }
});

test('a folder: an older release does not take the channel from a newer one', async () => {
  const newer = releaseOnDisk('2.0.0');
  const publisher = folderPublisher({ fs: newer.fs, folder: '/out', isNewer });
  const { fs } = newer;
  for (const item of newer.items) await publisher.put(item, newer.release, signal);
  await publisher.promote(newer.release, signal);
  const item = putItem(fs, 'x', 'x');
  const older: PublishedRelease = { version: '1.9.0', channel: 'stable', isNewest: true, index: item };
  await publisher.put(item, older, signal);
  assert.deepEqual(await publisher.promote(older, signal), { ok: true, value: 'kept' });
  assert.equal(fs.readLink('/out/latest'), '2.0.0');
  assert.equal(fs.readLink('/out/channels/stable'), '../2.0.0');
  const beta: PublishedRelease = { version: '3.0.0', channel: 'beta', isNewest: true, index: item };
  await publisher.put(item, beta, signal);
  assert.deepEqual(await publisher.promote({ ...beta, isNewest: false }, signal), {
    ok: true,
    value: 'kept',
  });
  assert.equal(fs.lstat('/out/channels/beta'), undefined);
  await publisher.promote(beta, signal);
  assert.equal(fs.readLink('/out/latest'), '2.0.0');
  assert.equal(fs.readLink('/out/channels/beta'), '../3.0.0');
});

test('a folder on a full disk shows nothing, and says why', async () => {
  const { fs, items, release } = releaseOnDisk();
  const publisher = folderPublisher({ fs, folder: '/out', isNewer });
  fs.addFault({ operation: 'copyFile', code: 'ENOSPC' });
  const journal = openJournal(fs, '/j/1');
  const done = await publish({ release, items, publishers: [publisher], journal, signal });
  assert.ok(!done.ok);
  assert.equal(publishDiagnostic(done.failure[0]!).code, 'release/rejected');
  assert.equal(fs.lstat('/out/1.0.0'), undefined);
});

function repositoryRun(prepare: (fake: FakeRepository) => void, token?: string) {
  const { fs, items, release } = releaseOnDisk();
  const fake = new FakeRepository();
  prepare(fake);
  const slept: number[] = [];
  const clock = { sleep: async (durationMs: number) => void slept.push(durationMs) };
  const publisher = repositoryPublisher({ fs, http: fake.http, clock, url: 'https://r.example.com', token });
  const journal = openJournal(fs, '/j/1');
  return { fake, slept, run: () => publish({ release, items, publishers: [publisher], journal, signal }) };
}

test('a repository: what passes is waited for, what does not is said', async () => {
  const passing = repositoryRun((fake) => fake.faults.push(503, 'connection', 429));
  assert.ok((await passing.run()).ok);
  assert.deepEqual(passing.slept, [500, 1000, 2000]);
  assert.equal(passing.fake.requests.length, 7);
  const down = repositoryRun((fake) => fake.faults.push(500, 500, 500, 500));
  const failed = await down.run();
  assert.ok(!failed.ok);
  assert.match(publishDiagnostic(failed.failure[0]!).message, /HTTP status 500/);
  assert.ok((await down.run()).ok, 'the next run does the rest');
  const refused = repositoryRun((fake) => fake.faults.push(413));
  const large = await refused.run();
  assert.ok(!large.ok && large.failure[0]!.failure.kind === 'rejected');
  assert.equal(refused.fake.requests.length, 1);
});

test('a repository: the token goes in its header and in no message', async () => {
  const wrong = repositoryRun((fake) => {
    fake.token = 'right';
  }, 'secret-token');
  const done = await wrong.run();
  assert.ok(!done.ok);
  const said = publishDiagnostic(done.failure[0]!);
  assert.equal(said.code, 'release/unauthorised');
  assert.doesNotMatch(JSON.stringify(said), /secret-token/);
  const none = repositoryRun((fake) => {
    fake.token = 'right';
  });
  const asked = await none.run();
  assert.ok(!asked.ok && /wants a token/.test(publishDiagnostic(asked.failure[0]!).message));
  const right = repositoryRun((fake) => {
    fake.token = 'right';
  }, 'right');
  assert.ok((await right.run()).ok);
});

test('nothing is promoted anywhere while a place lacks a file', async () => {
  const { fs, items, release } = releaseOnDisk();
  const good = folderPublisher({ fs, folder: '/out', isNewer });
  const bad: Publisher = {
    place: 'bad',
    put: async (item: PublishItem) =>
      item.name.startsWith('b') ? fail({ kind: 'rejected', detail: 'no' }) : ok('sent'),
    promote: async () => assert.fail('promoted'),
  };
  const run = (publishers: readonly Publisher[]) =>
    publish({ release, items, publishers, journal: openJournal(fs, '/j/1'), signal });
  const done = await run([bad, good]);
  assert.deepEqual(done, {
    ok: false,
    failure: [{ place: 'bad', failure: { kind: 'rejected', detail: 'no' } }],
  });
  assert.equal(fs.lstat('/out/1.0.0'), undefined);
  assert.equal(fs.lstat('/out/.1.0.0.partial/b-1.0.0')?.type, 'file');
  assert.ok((await run([good])).ok);
});

test('a publication that is done asks nobody', async () => {
  const { run, fake } = repositoryRun(() => {});
  assert.ok((await run()).ok);
  const count = fake.requests.length;
  assert.ok((await run()).ok);
  assert.equal(fake.requests.length, count);
});

test('a torn journal counts as empty', async () => {
  const fs = new MemoryFileSystem();
  const journal = openJournal(fs, '/j/1');
  journal.add('one');
  assert.ok(openJournal(fs, '/j/1').has('one'));
  fs.writeFile('/j/1', fs.readText('/j/1').slice(3));
  assert.equal(openJournal(fs, '/j/1').has('one'), false);
});

test('images get their tags last, after their signatures, and latest after all others', async () => {
  const { fs, items, release } = releaseOnDisk();
  const fake = new FakePush(fs);
  const config = putItem(fs, 'config', '{}');
  const layer = putItem(fs, 'layer', 'layer');
  const descriptor = (item: PublishItem) => ({
    mediaType: 'application/octet-stream',
    digest: `sha256:${item.sha256}`,
    size: item.sizeBytes,
  });
  const images = ['base', 'ai'].map((name) => {
    const text = JSON.stringify({ config: descriptor(config), layers: [descriptor(layer)], name });
    const manifest = putItem(fs, `manifest-${name}`, text);
    const files = [config, layer, manifest];
    const source = {
      fileOf: ({ digest }: { digest: string }) => files.find(({ sha256 }) => digest.endsWith(sha256))?.path,
    };
    const place = { registry: 'r', repository: name };
    const kind = 'bundle' as const;
    const signature = { kind, item: items[1]!, mediaType: 'application/x', annotations: { of: name } };
    const names = { tags: ['1.0.0'], movingTags: ['latest'], attachments: name === 'ai' ? [signature] : [] };
    return { name, top: descriptor(manifest), source, place, ...names };
  });
  const memory = { recall: () => undefined, remember: () => {}, forget: () => {} } as never;
  const attached: string[] = [];
  const attach = async ({ top, source }: AttachRequest) => {
    assert.deepEqual(fake.tags, []);
    const { subject, annotations, layers } = JSON.parse(fs.readText(source.fileOf(top)!));
    assert.ok(fake.blobs.has(subject.digest));
    assert.equal(fs.readText(source.fileOf(layers[0])!), 'signature');
    attached.push(annotations.of);
    return ok({ top, blobs: { transferred: 1, present: 0, mounted: 0 }, sentBytes: 1 });
  };
  const signatureLayers = () => assert.fail('there is none of the older form');
  const client = { push: fake.push, attach, signatureLayers };
  const options = { fs, client, images, memory, scratch: '/scratch' };
  const publisher = imagesPublisher({ ...options, describe: ({ kind }) => kind });
  const journal = openJournal(fs, '/j/1');
  assert.ok((await publish({ release, items, publishers: [publisher], journal, signal })).ok);
  assert.deepEqual(
    fake.tags.map(([tag]) => tag),
    ['1.0.0', '1.0.0', 'latest', 'latest'],
  );
  assert.deepEqual(attached, ['ai']);
});

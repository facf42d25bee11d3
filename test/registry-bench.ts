/** What the tests of the registry client have in common: a client with a home of its own, and images to push about. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import { realHost, realHttp } from '../src/host/index.ts';
import { completeReference, type Descriptor, MEDIA_TYPES, parseReference } from '../src/oci/index.ts';
import {
  type Limits,
  layoutSink,
  layoutSource,
  layoutTop,
  nameInLayout,
  type Platform,
  type PulledImage,
  type PushedImage,
  RegistryClient,
  type RegistryEvent,
  type RegistryFailure,
  type RegistrySettings,
  registryDiagnostic,
  uploadMemory,
} from '../src/registry/index.ts';
import { FakeRegistry, sha256 } from './fake-registry.ts';

export const AMD64: Platform = { os: 'linux', architecture: 'amd64' };
/** So that failing for good takes no time. */
export const QUICK: Partial<Limits> = {
  stallMs: 60_000,
  commitMs: 60_000,
  firstPauseMs: 1,
  longestPauseMs: 5,
  attempts: 4,
};
export const PASSWORD = 'correct horse';

/** A client with a home of its own, and what happened to it. */
export class Bench {
  readonly root: string;
  readonly events: RegistryEvent[] = [];
  readonly client: RegistryClient;
  readonly settings: Record<string, RegistrySettings[string]> = {};
  readonly stop = new AbortController();
  onEvent: () => void = () => {};

  constructor(t: TestContext, limits = QUICK) {
    this.root = mkdtempSync(join(tmpdir(), 'mobileops-registry-'));
    t.after(() => rmSync(this.root, { recursive: true, force: true }));
    const host = realHost();
    const variables = { PATH: `${this.root}/bin:${process.env.PATH}`, DOCKER_CONFIG: `${this.root}/docker` };
    this.client = new RegistryClient({
      world: { ...host, env: { ...host.env, variables }, http: realHttp(variables) },
      settings: this.settings,
      limits,
      onEvent: (event) => {
        this.events.push(event);
        this.onEvent();
      },
    });
  }

  /** Bytes of blobs that moved. */
  get movedBytes(): number {
    return this.events.reduce((sum, event) => sum + (event.type === 'blob.progress' ? event.bytes : 0), 0);
  }

  get layout(): string {
    return join(this.root, 'layout');
  }

  login(host: string, entry: object = { auth: Buffer.from(`me:${PASSWORD}`).toString('base64') }): void {
    this.configure({ auths: { [host]: entry } });
  }

  configure(configuration: object): void {
    mkdirSync(join(this.root, 'docker'), { recursive: true });
    writeFileSync(join(this.root, 'docker', 'config.json'), JSON.stringify(configuration));
  }

  async pull(name: string, platform: Platform | 'all' = AMD64) {
    const reference = completeReference(parseReference(name)!);
    const sink = layoutSink(realHost().fs, this.layout);
    const result = await this.client.pull({ reference, platform, sink, signal: this.stop.signal });
    if (result.ok) nameInLayout(realHost().fs, this.layout, { top: result.value.top, name: 'pulled' });
    return result;
  }

  async pullOk(name: string, platform: Platform | 'all' = AMD64): Promise<PulledImage> {
    const result = await this.pull(name, platform);
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }

  async pullFails(name: string, platform: Platform | 'all' = AMD64): Promise<RegistryFailure> {
    const result = await this.pull(name, platform);
    assert.ok(!result.ok, 'it should not succeed');
    this.#saysNoSecret(result.failure);
    assert.deepEqual(
      this.blobs().filter((each) => !this.isRight(each)),
      [],
    );
    return result.failure;
  }

  push(name: string, options: { tags?: string[]; mountFrom?: string[] } = {}) {
    const { registry, repository, tag } = completeReference(parseReference(name)!);
    const { fs } = realHost();
    return this.client.push({
      place: { registry, repository },
      tags: options.tags ?? [tag ?? 'latest'],
      top: layoutTop(fs, this.layout)!,
      source: layoutSource(fs, this.layout),
      mountFrom: options.mountFrom ?? [],
      memory: uploadMemory(fs, join(this.root, 'uploads')),
      signal: this.stop.signal,
    });
  }

  async pushOk(name: string, options: { tags?: string[]; mountFrom?: string[] } = {}): Promise<PushedImage> {
    const result = await this.push(name, options);
    assert.ok(result.ok, JSON.stringify(result));
    return result.value;
  }

  async pushFails(name: string): Promise<RegistryFailure> {
    const result = await this.push(name);
    assert.ok(!result.ok, 'it should not succeed');
    this.#saysNoSecret(result.failure);
    return result.failure;
  }

  /** Hashes of the blobs that have their name. */
  blobs(): string[] {
    const folder = join(this.layout, 'blobs', 'sha256');
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  read(hash: string): Buffer {
    return readFileSync(join(this.layout, 'blobs', 'sha256', hash));
  }

  isRight(hash: string): boolean {
    return sha256(this.read(hash)) === `sha256:${hash}`;
  }

  #saysNoSecret(failure: RegistryFailure): void {
    const said = `${JSON.stringify(failure)}${renderDiagnostic(registryDiagnostic(failure))}${JSON.stringify(this.events)}`;
    for (const secret of [PASSWORD, Buffer.from(`me:${PASSWORD}`).toString('base64'), 'the-token'])
      assert.ok(!said.includes(secret), said);
  }
}

export function descriptor(
  mediaType: string,
  { digest, size }: { digest: string; size: number },
): Descriptor {
  return { mediaType, digest, size };
}

export const CONFIG = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } };

/** An image of two layers; its manifest's digest. */
export function addImage(registry: FakeRegistry, repository: string, options: ImageOptions = {}): string {
  const {
    tag = '1',
    layers = [Buffer.from('first'), Buffer.alloc(3 * 2 ** 20, 'second')],
    config = CONFIG,
  } = options;
  return registry.addManifest(repository, tag, MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptor(MEDIA_TYPES.config, registry.addBlob(repository, Buffer.from(JSON.stringify(config)))),
    layers: layers.map((each) => descriptor(MEDIA_TYPES.layer, registry.addBlob(repository, each))),
  });
}

export interface ImageOptions {
  readonly tag?: string;
  readonly layers?: readonly Buffer[];
  readonly config?: object;
}

export async function fixture(t: TestContext, options: ImageOptions = {}, limits = QUICK) {
  const registry = await FakeRegistry.start(t);
  const digest = addImage(registry, 'team/app', options);
  return { registry, digest, bench: new Bench(t, limits), name: `${registry.host}/team/app:1` };
}

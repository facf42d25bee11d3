import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, MANIFEST_TYPE, type PlainImage } from './base.ts';
import { Daemon, freePort } from './daemon.ts';
import { toolEnvironment } from './tool-environment.ts';

/** The reference registry server on loopback, with its storage in a folder that `restart` may take anew. */
export class LoopbackRegistry {
  readonly host: string;
  readonly #folder: string;
  readonly #program: string;
  #storages = 0;
  #daemon: Daemon | undefined;

  private constructor({ folder, program, port }: { folder: string; program: string; port: number }) {
    this.#folder = folder;
    this.#program = program;
    // By its name, which every tool takes for a host that needs no TLS.
    this.host = `localhost:${port}`;
  }

  static async start(folder: string, program: string): Promise<LoopbackRegistry> {
    const registry = new LoopbackRegistry({ folder, program, port: await freePort() });
    await registry.restart();
    return registry;
  }

  get storage(): string {
    return join(this.#folder, `storage-${this.#storages}`);
  }

  /** With nothing in it. */
  async restart(): Promise<void> {
    this.stop();
    this.#storages++;
    const file = join(this.#folder, 'registry.yml');
    const storage = `storage:\n  filesystem:\n    rootdirectory: ${this.storage}\n`;
    const http = `http:\n  addr: 127.0.0.1:${this.host.split(':')[1]}\n`;
    writeFileSync(
      file,
      `version: 0.1\nlog:\n  level: error\n  accesslog:\n    disabled: true\n${storage}${http}`,
    );
    this.#daemon = await Daemon.start({
      argv: [this.#program, 'serve', file],
      env: toolEnvironment(this.#folder),
      log: join(this.#folder, 'registry.log'),
      isReady: async () => (await fetch(this.#url('/v2/'))).ok,
    });
  }

  stop(): void {
    this.#daemon?.stop();
    this.#daemon = undefined;
  }

  /** By our own few lines, so that no tool under test is needed to prepare the others' work. */
  async put(repository: string, tag: string, { manifest, blobs }: PlainImage): Promise<void> {
    for (const [digest, content] of blobs) {
      const begun = await this.#ask(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
      const place = new URL(begun.headers.get('location')!, this.#url('/'));
      place.searchParams.set('digest', digest);
      await this.#ask(place.href, { method: 'PUT', body: new Uint8Array(content), headers: BYTES });
    }
    const headers = { 'content-type': MANIFEST_TYPE };
    const body = new Uint8Array(manifest);
    await this.#ask(`/v2/${repository}/manifests/${tag}`, { method: 'PUT', body, headers });
  }

  /** Whether the manifest and every blob that it names are there. */
  async holds(repository: string, tag: string): Promise<string> {
    const headers = { accept: MANIFEST_TYPE };
    const answer = await this.#ask(`/v2/${repository}/manifests/${tag}`, { headers });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const { config, layers } = JSON.parse(bytes.toString()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    for (const { digest } of [config, ...layers])
      await this.#ask(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' });
    return digestOf(bytes);
  }

  async #ask(path: string, request: RequestInit): Promise<Response> {
    const answer = await fetch(path.startsWith('/') ? this.#url(path) : path, request);
    if (!answer.ok) throw new Error(`registry: ${request.method ?? 'GET'} ${path}: ${answer.status}`);
    return answer;
  }

  #url(path: string): string {
    return `http://${this.host.replace('localhost', '127.0.0.1')}${path}`;
  }
}

const BYTES = { 'content-type': 'application/octet-stream' };

/** The server under Debian's name, or the project's own. */
export function findRegistry(find: (name: string) => string | undefined): string | undefined {
  return find('docker-registry') ?? find('registry');
}

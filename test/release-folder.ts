/** A workspace with a release that was made, without building one; and an artifact repository on loopback. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { indexName, indexText, type ReleaseIndex } from '../src/release/index.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

export interface MadeRelease {
  readonly version: string;
  readonly channel?: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly images?: ReleaseIndex['images'];
  readonly webApps?: ReleaseIndex['webApps'];
}

/** Writes the files and their index into `dist/release` of a workspace at `root`; the archive is whatever ends in `.tar.gz`, packages in `.whl` and `.tgz`. */
export function writeRelease(
  root: string,
  { version, channel = 'stable', files, images = [], webApps }: MadeRelease,
): void {
  const folder = join(root, 'dist/release');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(root, 'build-config.yaml'),
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n',
  );
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const index: ReleaseIndex = {
    name: 'mobileops',
    version,
    channel,
    number: 1,
    commit: 'c'.repeat(40),
    buildId: 'x',
    timestamp: '2026-11-27T08:00:00+00:00',
    files: Object.entries(files).map(([name, content]) => ({
      name,
      kind: kindOf(name),
      sizeBytes: Buffer.byteLength(content),
      sha256: sha256(content),
    })),
    images,
    ...(webApps ? { webApps } : {}),
    gates: { state: 'not-checked', reason: 'a test' },
  };
  writeFileSync(join(folder, indexName(version)), indexText(index));
}

function kindOf(name: string): ReleaseIndex['files'][number]['kind'] {
  if (name.endsWith('.tar.gz')) return 'archive';
  return /\.(?:whl|tgz)$/.test(name) ? 'package' : 'notes';
}

/** Writes an OCI layout with one image of one layer, under its names; gives the digest of its manifest. */
export function writeImage(root: string, name: string, references: readonly string[]): string {
  const layout = join(root, 'dist/images', name);
  const put = (text: string, mediaType: string) => {
    const digest = sha256(text);
    mkdirSync(join(layout, 'blobs/sha256'), { recursive: true });
    writeFileSync(join(layout, 'blobs/sha256', digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
  };
  const config = put('{"architecture":"amd64","os":"linux"}', 'application/vnd.oci.image.config.v1+json');
  const layers = [put(`layer of ${name}`, 'application/vnd.oci.image.layer.v1.tar+gzip')];
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const top = put(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }), mediaType);
  const manifests = references.map((each) => ({ ...top, annotations: { 'io.containerd.image.name': each } }));
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  writeFileSync(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return top.digest;
}

/** Takes uploads as the document's server does, with immutable names. */
export class LoopbackRepository {
  readonly files = new Map<string, string>();
  readonly uploads: string[] = [];
  /** What a GET of something that is not there is answered. */
  absent = 404;
  /** Told of each upload once all of it came; an answer that does not come leaves the client waiting. */
  beforeAnswer: (name: string) => Promise<void> = async () => {};
  url = '';

  static async start(t: Pick<TestContext, 'after'>, token: string): Promise<LoopbackRepository> {
    const repository = new LoopbackRepository();
    const server = createServer((request, response) => void repository.#take(request, response, token));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    repository.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return repository;
  }

  async #take(request: IncomingMessage, response: ServerResponse, token: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = (status: number, body = ''): void => void response.writeHead(status).end(body);
    if (request.method === 'GET') {
      const content = this.files.get(decodeURIComponent((request.url ?? '').slice(1)));
      return content === undefined ? answer(this.absent) : void response.end(Buffer.from(content, 'latin1'));
    }
    if (request.headers.authorization !== `Bearer ${token}`) return answer(401);
    const body = Buffer.concat(chunks).toString('latin1');
    const [, name = '', content = ''] =
      /name="file"; filename="([^"]*)"\r\n[^\r]*\r\n\r\n([\s\S]*)\r\n--[^\r]*--\r\n$/.exec(body) ?? [];
    const known = this.files.get(name);
    this.uploads.push(name);
    if (known !== undefined && known !== content) return answer(409);
    this.files.set(name, content);
    await this.beforeAnswer(name);
    answer(known === undefined ? 201 : 200);
  }
}

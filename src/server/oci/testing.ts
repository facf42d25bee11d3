import { MEDIA_TYPES } from '../../oci/index.ts';
import { type BlobDigest, digestOfBytes } from '../blobs/blob-digest.ts';
import type { TestServer } from '../testing.ts';

export interface Pushed {
  readonly digest: BlobDigest;
  readonly bytes: Buffer;
}

/** What a client of the registry does, in few words, for tests. */
export class TestRegistry {
  readonly server: TestServer;

  constructor(server: TestServer) {
    this.server = server;
  }

  async blob(name: string, content: string | Buffer): Promise<Pushed> {
    const bytes = Buffer.from(content);
    const digest = digestOfBytes(bytes);
    const answer = await this.server.fetch(`/v2/${name}/blobs/uploads/?digest=${digest}`, {
      method: 'POST',
      body: bytes,
      as: 'write',
    });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    return { digest, bytes };
  }

  async begin(name: string, query = ''): Promise<string> {
    const answer = await this.server.fetch(`/v2/${name}/blobs/uploads/${query}`, { method: 'POST' });
    return answer.headers.get('location')!;
  }

  put(name: string, reference: string, document: object): Promise<Response> {
    const { mediaType = MEDIA_TYPES.manifest } = document as { mediaType?: string };
    return this.server.fetch(`/v2/${name}/manifests/${reference}`, {
      method: 'PUT',
      body: JSON.stringify(document),
      headers: { 'content-type': mediaType },
      as: 'write',
    });
  }

  /** An image of one layer, tagged. */
  async image(name: string, tag: string, more: object = {}): Promise<Pushed> {
    const config = await this.blob(name, '{}');
    const layer = await this.blob(name, `layer of ${tag}`);
    const document = { ...imageDocument(config, layer), ...more };
    const answer = await this.put(name, tag, document);
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    const bytes = Buffer.from(JSON.stringify(document));
    return { digest: digestOfBytes(bytes), bytes };
  }
}

export function imageDocument(config: Pushed, ...layers: readonly Pushed[]): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptorOf(config, MEDIA_TYPES.config),
    layers: layers.map((layer) => descriptorOf(layer, MEDIA_TYPES.layer)),
  };
}

export function indexDocument(...manifests: readonly Pushed[]): object {
  return {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: manifests.map((each) => descriptorOf(each, MEDIA_TYPES.manifest)),
  };
}

export function descriptorOf({ digest, bytes }: Pushed, mediaType: string): object {
  return { mediaType, digest, size: bytes.byteLength };
}

/** The codes of an answer that is an error. */
export async function codesOf(answer: Response): Promise<string[]> {
  const { errors } = (await answer.json()) as { errors: { code: string }[] };
  return errors.map(({ code }) => code);
}

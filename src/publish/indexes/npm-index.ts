import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { unexpected } from '../patient-request.ts';
import type { PublishFailure } from '../publisher.ts';
import type { NpmPackage } from './publishable.ts';
import type { Presence } from './python-index.ts';
import { ask, type IndexServer, JSON_TYPE, jsonBody, recordIn } from './server-indexes.ts';

export interface NpmRequest {
  readonly fs: Pick<FileSystem, 'readFile'>;
  readonly package: NpmPackage;
  readonly signal: AbortSignal;
}

const MAX_VERSION_BYTES = 2 ** 22;

export async function npmPresence(
  server: IndexServer,
  { fs, package: { item, name, version }, signal }: NpmRequest,
): Promise<Result<Presence, PublishFailure>> {
  const answer = await ask(server, {
    ...{ method: 'GET', path: `/npm/${pathOf(name)}/${encodeURIComponent(version)}`, signal },
    ...{ what: item.name, maxAnswerBytes: MAX_VERSION_BYTES },
  });
  if (!answer.ok) return answer;
  if (answer.value.status === 404) return ok('absent');
  const { integrity } = recordIn(recordIn(parseJson(answer.value.text)).dist);
  if (answer.value.status !== 200 || typeof integrity !== 'string')
    return fail(unexpected(item.name, answer.value));
  return ok(integrity === integrityOf(fs.readFile(item.path)) ? 'same' : 'other');
}

/** As `npm publish` sends it, without a tag: that comes when all is there. */
export async function sendNpmPackage(
  server: IndexServer,
  { fs, package: { item, name, version, manifest }, signal }: NpmRequest,
): Promise<Result<undefined, PublishFailure>> {
  const answer = await ask(server, {
    ...{ method: 'PUT', path: `/npm/${pathOf(name)}`, what: item.name, signal },
    headers: JSON_TYPE,
    body: () => {
      const tarball = fs.readFile(item.path);
      return jsonBody({
        ...{ _id: name, name, 'dist-tags': {} },
        versions: { [version]: { ...manifest, dist: { integrity: integrityOf(tarball) } } },
        _attachments: {
          [item.name]: {
            content_type: 'application/octet-stream',
            data: Buffer.from(tarball).toString('base64'),
            length: tarball.byteLength,
          },
        },
      });
    },
  });
  if (!answer.ok) return answer;
  if (answer.value.status === 201 || answer.value.status === 200) return ok(undefined);
  if (answer.value.status === 409) return fail({ kind: 'conflict', name: item.name });
  return fail(unexpected(item.name, answer.value));
}

export interface NpmTag extends Pick<NpmRequest, 'package' | 'signal'> {
  readonly tag: string;
}

/** Points a tag to the version. */
export async function tagNpmPackage(
  server: IndexServer,
  { package: { item, name, version }, tag, signal }: NpmTag,
): Promise<Result<undefined, PublishFailure>> {
  const path = `/npm/-/package/${pathOf(name)}/dist-tags/${encodeURIComponent(tag)}`;
  const answer = await ask(server, {
    ...{ method: 'PUT', path, what: `${item.name} as ${tag}`, signal },
    ...{ headers: JSON_TYPE, body: () => jsonBody(version) },
  });
  if (!answer.ok) return answer;
  return answer.value.status < 300 ? ok(undefined) : fail(unexpected(`${item.name} as ${tag}`, answer.value));
}

/** As npm writes it in addresses: the slash of a scope is escaped. */
function pathOf(name: string): string {
  return name.replace('/', '%2f');
}

function integrityOf(tarball: Uint8Array): string {
  return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}

import { randomBytes } from 'node:crypto';
import { fail, ok, type Result } from '../../base/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { parseJson } from '../../oci/index.ts';
import { multipartBody } from '../multipart-body.ts';
import { unexpected } from '../patient-request.ts';
import type { PublishFailure } from '../publisher.ts';
import type { Wheel } from './publishable.ts';
import { ask, type IndexServer, PYPI_UPLOAD, recordIn } from './server-indexes.ts';

/** Whether an index has a file already: the same, or another of its name. */
export type Presence = 'same' | 'other' | 'absent';

const MAX_PROJECT_BYTES = 2 ** 24;

/** Looks into the simple index, in its JSON form (PEP 691). */
export async function wheelPresence(
  server: IndexServer,
  { item, project }: Wheel,
  signal: AbortSignal,
): Promise<Result<Presence, PublishFailure>> {
  const answer = await ask(server, {
    ...{ method: 'GET', path: `/pypi/simple/${project}/`, what: item.name, signal },
    headers: { accept: 'application/vnd.pypi.simple.v1+json' },
    maxAnswerBytes: MAX_PROJECT_BYTES,
  });
  if (!answer.ok) return answer;
  if (answer.value.status === 404) return ok('absent');
  const { files } = recordIn(parseJson(answer.value.text));
  if (answer.value.status !== 200 || !Array.isArray(files)) return fail(unexpected(item.name, answer.value));
  const file = files.map(recordIn).find(({ filename }) => filename === item.name);
  if (!file) return ok('absent');
  return ok(recordIn(file.hashes).sha256 === item.sha256 ? 'same' : 'other');
}

/** As twine sends it (the legacy upload API). */
export async function sendWheel(
  server: IndexServer,
  { fs, wheel, signal }: { readonly fs: FileSystem; readonly wheel: Wheel; readonly signal: AbortSignal },
): Promise<Result<undefined, PublishFailure>> {
  const { item, project, version } = wheel;
  const boundary = `mobileops-${randomBytes(16).toString('hex')}`;
  const fields = {
    ':action': 'file_upload',
    protocol_version: '1',
    ...{ name: project, version, filetype: 'bdist_wheel', sha256_digest: item.sha256 },
  };
  const answer = await ask(server, {
    ...{ method: 'POST', path: PYPI_UPLOAD, what: item.name, signal },
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, accept: '*/*' },
    body: () => multipartBody(fs, { boundary, fields, fileField: 'content', file: item }),
  });
  if (!answer.ok) return answer;
  if (answer.value.status === 200) return ok(undefined);
  if (answer.value.status === 409) return fail({ kind: 'conflict', name: item.name });
  return fail(unexpected(item.name, answer.value));
}

import { randomBytes } from 'node:crypto';
import { fail, ok, type Result } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { RELEASE_NAME } from '../release/index.ts';
import { multipartBody } from './multipart-body.ts';
import { askPatiently, type Server, unexpected } from './patient-request.ts';
import type { Publisher, PublishFailure, PublishItem, Put } from './publisher.ts';

export interface RepositoryOptions extends Server {
  readonly fs: FileSystem;
  /** `https://artifacts.example.com`; files go to `/upload` below it. */
  readonly url: string;
}

/**
 * An artifact repository that takes files by `POST <url>/upload`, in the field `file`, with a bearer token. The fields before it
 * (`sha256`, `name`, `version`, and `channel` with the index) are for those that know them: with the index the channel is to move.
 */
export function repositoryPublisher(options: RepositoryOptions): Publisher {
  return {
    place: options.url,
    put: async (item, release, signal) => {
      // The index is what makes a release visible there, so it goes with the channel.
      if (item.name === release.index.name) return ok('later');
      return upload(options, { item, fields: { name: RELEASE_NAME, version: release.version }, signal });
    },
    async promote(release, signal, onSent = () => {}) {
      const { version, channel, isNewest, index } = release;
      const fields = { name: RELEASE_NAME, version, ...(isNewest ? { channel } : {}) };
      const sent = await upload(options, { item: index, fields, signal });
      if (!sent.ok) return sent;
      if (sent.value === 'sent') onSent(index.name);
      return ok(isNewest ? 'moved' : 'kept');
    },
  };
}

interface Upload {
  readonly item: PublishItem;
  readonly fields: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function upload(
  options: RepositoryOptions,
  { item, fields, signal }: Upload,
): Promise<Result<Put, PublishFailure>> {
  const boundary = `mobileops-${randomBytes(16).toString('hex')}`;
  const { name, sha256 } = item;
  const answer = await askPatiently(options, {
    ...{ what: name, method: 'POST', signal },
    url: `${options.url.replace(/\/+$/, '')}/upload`,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: () => multipartBody(options.fs, { boundary, fields: { sha256, ...fields }, file: item }),
  });
  if (!answer.ok) return answer;
  const { status, text } = answer.value;
  if (status >= 200 && status < 300) return ok(status === 200 ? 'present' : 'sent');
  // A server that refuses all that it has may say what it has.
  if (status === 409) return text.includes(sha256) ? ok('present') : fail({ kind: 'conflict', name });
  return fail(unexpected(name, answer.value));
}

import { MEDIA_TYPES } from '../../oci/index.ts';
import { seenBy } from '../access/reach.ts';
import type { Call } from '../http/operation.ts';
import { digestOf } from './blob-handlers.ts';
import { CATALOG, ociError } from './oci-error.ts';
import type { Registry } from './registry.ts';
import type { Page } from './repository-manifests.ts';

const MOST_ENTRIES = 10_000;

/** `n` of 0 is a page without entries, as the specification has it. */
function pageOf({ request }: Call): Page & { readonly n: number } {
  const { n, last } = request.query as { readonly n?: unknown; readonly last?: unknown };
  if (n !== undefined && !(typeof n === 'string' && /^\d{1,9}$/.test(n)))
    throw ociError('UNSUPPORTED', { status: 400, message: '`n` is not a number' });
  const count = n === undefined ? MOST_ENTRIES : Math.min(Number(n), MOST_ENTRIES);
  return { n: count, last: typeof last === 'string' && last !== '' ? last : undefined };
}

/** Tells where the next page is, if this one is full. */
function withNext(
  call: Call,
  path: string,
  page: { readonly n: number; readonly all: readonly string[] },
): void {
  const last = page.all.at(-1);
  if (page.n === 0 || last === undefined || page.all.length < page.n) return;
  const query = new URLSearchParams({ n: String(page.n), last });
  call.reply.header('link', `<${path}?${query}>; rel="next"`);
}

export async function listTags({ manifests }: Registry, call: Call): Promise<unknown> {
  const { name } = call.params as { readonly name: string };
  const page = pageOf(call);
  const tags = await manifests.tags(name, page);
  if (!tags) throw ociError('NAME_UNKNOWN', { message: `there is no repository ${name}` });
  withNext(call, `/v2/${name}/tags/list`, { n: page.n, all: tags });
  return { name, tags };
}

export async function listRepositories({ manifests }: Registry, call: Call): Promise<unknown> {
  const page = pageOf(call);
  const repositories = await manifests.names(page, seenBy(call.identity, 'oci'));
  withNext(call, CATALOG, { n: page.n, all: repositories });
  return { repositories };
}

/** An index of what says something about a manifest, which itself need not be there. */
export async function listReferrers({ manifests }: Registry, call: Call): Promise<unknown> {
  const { name, digest } = call.params as { readonly name: string; readonly digest: string };
  const subject = digestOf(digest);
  const { artifactType } = call.request.query as { readonly artifactType?: unknown };
  const wanted = typeof artifactType === 'string' && artifactType !== '' ? artifactType : undefined;
  const found = await manifests.referrers(name, subject, wanted);
  call.reply.header('content-type', MEDIA_TYPES.index);
  if (wanted !== undefined) call.reply.header('oci-filters-applied', 'artifactType');
  const index = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: found.map(({ artifactType: type, annotations, sizeBytes, ...rest }) => ({
      mediaType: rest.mediaType,
      digest: rest.digest,
      size: sizeBytes,
      ...(type === null ? {} : { artifactType: type }),
      ...(annotations === null ? {} : { annotations: JSON.parse(annotations) as object }),
    })),
  };
  // As bytes, so that the framework adds nothing to the type.
  return call.reply.send(Buffer.from(JSON.stringify(index)));
}

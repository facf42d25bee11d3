import { fail, ok, type Result } from '../../base/index.ts';
import { type Descriptor, MEDIA_TYPES, referrersTag } from '../../oci/index.ts';
import { pullScope } from '../access/scopes.ts';
import { resolveUrl } from '../exchange/exchange.ts';
import type { Session } from '../exchange/session.ts';
import type { Place, RegistryFailure } from '../failure.ts';
import { MAX_MANIFEST_BYTES, parseDocument } from '../manifests/documents.ts';
import { fetchDocument } from '../manifests/manifests.ts';
import { MAX_MANIFESTS } from '../pull.ts';

export interface ListedReferrers {
  readonly entries: readonly Descriptor[];
  /** The registry lists them itself; otherwise whoever adds one keeps an index of them under a tag. */
  readonly isOwnList: boolean;
}

/** How registries answer that have never heard of referrers. */
const UNKNOWN = [400, 404, 405, 406];

/** What says something of a manifest, given by its digest: as the registry lists it, or as it stands under the tag for that. */
export async function listReferrers(
  session: Session,
  place: Place,
  subject: string,
): Promise<Result<ListedReferrers, RegistryFailure>> {
  const entries: Descriptor[] = [];
  let url: string | undefined = `/v2/${place.repository}/referrers/${subject}`;
  while (url !== undefined) {
    const page: Result<Page | undefined, RegistryFailure> = await fetchPage(session, place, url);
    if (!page.ok) return page;
    if (!page.value) return listedByTag(session, place, subject);
    entries.push(...page.value.entries);
    if (entries.length > MAX_MANIFESTS) return fail(tooMany(place));
    url = page.value.next;
  }
  return ok({ entries, isOwnList: true });
}

interface Page {
  readonly entries: readonly Descriptor[];
  readonly next: string | undefined;
}

/** `undefined` where the registry has no such list. */
async function fetchPage(
  session: Session,
  place: Place,
  url: string,
): Promise<Result<Page | undefined, RegistryFailure>> {
  const answer = await session.sendForBody(
    {
      ...{ method: 'GET', url, headers: { accept: MEDIA_TYPES.index } },
      ...{ scopes: [pullScope(place.repository)], accepts: [200, ...UNKNOWN], what: 'referrers' },
    },
    { place, limitBytes: MAX_MANIFEST_BYTES },
  );
  if (!answer.ok) return answer;
  const { headers, bytes } = answer.value;
  const isList = headers['content-type']?.split(';')[0]?.trim().toLowerCase() === MEDIA_TYPES.index;
  if (!isList) return ok(undefined);
  const document = bytes && parseDocument(bytes.toString('utf8'), MEDIA_TYPES.index);
  if (!document?.ok || document.value.kind !== 'index')
    return fail({ kind: 'bad-answer', ...place, problem: 'a list of referrers that is none' });
  const [, next] = /<([^>]+)>\s*;\s*rel="?next"?/.exec(headers.link ?? '') ?? [];
  if (next === undefined) return ok({ entries: document.value.manifests, next });
  const origin = await session.origin(place);
  if (!origin.ok) return origin;
  const base = url.startsWith('/') ? `${origin.value}${url}` : url;
  return ok({ entries: document.value.manifests, next: resolveUrl(next, base)?.href });
}

async function listedByTag(
  session: Session,
  place: Place,
  subject: string,
): Promise<Result<ListedReferrers, RegistryFailure>> {
  const tag = referrersTag(subject);
  const found = await fetchDocument(session, place, { reference: tag });
  if (!found.ok) return found.failure.kind === 'not-found' ? ok({ entries: [], isOwnList: false }) : found;
  const { document } = found.value;
  if (document.kind !== 'index')
    return fail({ kind: 'bad-answer', ...place, problem: `no list of referrers under the tag ${tag}` });
  if (document.manifests.length > MAX_MANIFESTS) return fail(tooMany(place));
  return ok({ entries: document.manifests, isOwnList: false });
}

function tooMany(place: Place): RegistryFailure {
  return { kind: 'bad-answer', ...place, problem: `more than ${MAX_MANIFESTS} referrers of one image` };
}

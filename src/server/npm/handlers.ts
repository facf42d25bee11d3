import { seenBy } from '../access/reach.ts';
import type { ReceivedBytes } from '../blobs/blob-store.ts';
import { KeyedLock } from '../blobs/keyed-lock.ts';
import { baseAddress } from '../http/base-address.ts';
import { bodyOf, wholeBody } from '../http/body.ts';
import { badRequest, HttpError, notFound } from '../http/http-error.ts';
import type { Call } from '../http/operation.ts';
import { PageCache } from '../http/page-cache.ts';
import { sendStored } from '../http/send-stored.ts';
import { sendText } from '../http/send-text.ts';
import { receiveContent, storeBytes } from '../http/store-content.ts';
import type { Services } from '../services.ts';
import { type ApartPublication, base64Bytes, withoutTarballs } from './attachment-apart.ts';
import { tarballName } from './npm-path.ts';
import type { NpmStore } from './npm-store.ts';
import { packumentText, versionDocument } from './packument.ts';
import { PACKUMENT, readPublication } from './read-publication.ts';

export interface NpmRegistry {
  readonly services: Services;
  readonly store: NpmStore;
  readonly pages: PageCache;
  /** A tarball is unpacked in memory: one at a time, once all of a publication is on the disk. */
  readonly publishing: KeyedLock;
}

export function makeNpmRegistry(services: Services, store: NpmStore): NpmRegistry {
  return { services, store, pages: new PageCache(), publishing: new KeyedLock() };
}

type NpmCall<P> = Call<P>;
interface OfPackage {
  readonly package: string;
}

const SHORT = 'application/vnd.npm.install-v1+json';
/** npm sends the tarball as base64 within JSON. */
const MOST_PUBLICATION_BYTES = 2 ** 26;
/** What of that is parsed: all but the tarball. `npm deprecate` sends every version. */
const MOST_DESCRIPTION_BYTES = 2 ** 24;
/** Of the body of a tag, which is a version in quotes. */
const MOST_VERSION_BYTES = 1024;

export async function getPackage({ store, pages }: NpmRegistry, call: NpmCall<OfPackage>): Promise<unknown> {
  const { package: name } = call.params;
  const isShort = (call.request.headers.accept ?? '').includes(SHORT);
  const base = baseOf(call);
  const page = await pages.get(`${name} ${isShort} ${base}`, store.state(name), async () => {
    const rows = await store.versions(name);
    if (rows.length === 0) return undefined;
    return packumentText(name, rows, { base, isShort, tags: await store.tags(name) });
  });
  return sendText(call, page, isShort ? SHORT : 'application/json');
}

export async function getVersion(
  { store }: NpmRegistry,
  call: NpmCall<OfPackage & { readonly version: string }>,
): Promise<unknown> {
  const { package: name, version } = call.params;
  const tags = await store.tags(name);
  const row = await store.version(name, Object.hasOwn(tags, version) ? tags[version]! : version);
  if (!row) throw notFound(`there is no version ${version} of ${name}`);
  return versionDocument(row, baseOf(call), false);
}

export async function getTarball(
  { store, services }: NpmRegistry,
  call: NpmCall<OfPackage & { readonly file: string }>,
): Promise<unknown> {
  const { package: name, file } = call.params;
  const stem = name.slice(name.indexOf('/') + 1);
  const version = file.startsWith(`${stem}-`) ? file.slice(stem.length + 1).replace(/\.tgz$/, '') : '';
  const row = version === '' ? undefined : await store.version(name, version);
  if (!row || file !== tarballName(name, version)) throw notFound(`${name} has no ${file}`);
  return sendStored(services, call, { file, digest: row.digest });
}

/** `npm publish`, or `npm deprecate`, which sends all versions back without a tarball. */
export async function putPackage(registry: NpmRegistry, call: NpmCall<OfPackage>): Promise<unknown> {
  await using body = await receiveContent(registry.services, bodyOf(call), MOST_PUBLICATION_BYTES);
  return await registry.publishing.run('', async () => {
    const apart = await withoutTarballs(body.pieces(), MOST_DESCRIPTION_BYTES);
    if (!apart)
      throw new HttpError(413, 'too-large', {
        message: `at most ${MOST_DESCRIPTION_BYTES} bytes beside the tarball are taken`,
      });
    const result = PACKUMENT.safeParse(parsedJson(apart.text));
    if (!result.success)
      throw badRequest(
        result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      );
    const document = result.data;
    if (document.name !== call.params.package)
      throw badRequest(`this is ${document.name}, not ${call.params.package}`);
    if (Object.keys(document._attachments).length === 0) await deprecate(registry, document);
    else await publish(registry, readPublication(document, await tarballOf(body, apart)), call.identity.name);
    return call.reply.code(201).send({ ok: true });
  });
}

async function tarballOf(body: ReceivedBytes, { tarballs }: ApartPublication): Promise<Buffer> {
  const [range, ...others] = tarballs;
  if (!range || others.length > 0) throw badRequest('a publication has one version and one tarball');
  return base64Bytes(body.pieces(range), range.end - range.start);
}

async function deprecate(
  { store }: NpmRegistry,
  { name, versions }: ReturnType<typeof PACKUMENT.parse>,
): Promise<void> {
  const there = new Set((await store.versions(name)).map(({ version }) => version));
  if (there.size === 0) throw notFound(`there is no package ${name}`);
  const said = Object.entries(versions).flatMap(([version, { deprecated }]) =>
    there.has(version) && deprecated !== undefined ? [[version, deprecated] as const] : [],
  );
  await store.deprecate(name, new Map(said));
}

async function publish(
  { services, store }: NpmRegistry,
  { name, version, manifest, tarball, tags }: ReturnType<typeof readPublication>,
  who: string,
): Promise<void> {
  const { digest, sizeBytes } = await storeBytes(services, tarball);
  const row = {
    ...{ package: name, version, digest, sizeBytes, manifest: JSON.stringify(manifest), deprecated: null },
    ...{ publishedAtMs: services.clock.now(), publishedBy: who },
  };
  if ((await store.publish({ row, tags })) === 'other') {
    throw new HttpError(409, 'immutable', {
      message: `${name} ${version} is there with another content, and never changes: publish a new version`,
    });
  }
}

export async function getTags({ store }: NpmRegistry, { params }: NpmCall<OfPackage>): Promise<unknown> {
  const tags = await store.tags(params.package);
  if (Object.keys(tags).length === 0) throw notFound(`there is no package ${params.package}`);
  return tags;
}

export async function putTag(
  { store }: NpmRegistry,
  call: NpmCall<OfPackage & { readonly tag: string }>,
): Promise<unknown> {
  const { package: name, tag } = call.params;
  const version = parsedJson((await wholeBody(call, MOST_VERSION_BYTES)).toString('utf8'));
  if (typeof version !== 'string' || !(await store.version(name, version)))
    throw notFound(`there is no such version of ${name}`);
  if (/^\d/.test(tag)) throw badRequest('a tag must not look like a version');
  await store.setTag(name, tag, version);
  return call.reply.code(201).send({ ok: true });
}

export async function deleteTag(
  { store }: NpmRegistry,
  { params: { package: name, tag }, reply }: NpmCall<OfPackage & { readonly tag: string }>,
): Promise<unknown> {
  if (tag === 'latest') throw badRequest('latest stays: point it to another version');
  if (!(await store.removeTag(name, tag))) throw notFound(`${name} has no tag ${tag}`);
  return reply.code(201).send({ ok: true });
}

/** `npm unpublish`. */
export function refuseRemoval(): never {
  throw new HttpError(405, 'immutable', {
    message:
      'what was published stays, since others rely on it: use `npm deprecate`, and publish a new version',
  });
}

const MOST_FOUND = 250;

export async function search({ store }: NpmRegistry, { request, identity }: Call): Promise<unknown> {
  const { text, size } = request.query as { readonly text?: unknown; readonly size?: unknown };
  const limit = typeof size === 'string' && /^\d{1,4}$/.test(size) ? Math.min(Number(size), MOST_FOUND) : 20;
  const words = typeof text === 'string' ? text.slice(0, 100) : '';
  const names = await store.search(words, limit, seenBy(identity, 'npm'));
  const objects = await Promise.all(
    names.map(async (name) => {
      const { latest } = await store.tags(name);
      const row = latest === undefined ? undefined : await store.version(name, latest);
      const { description, keywords } = (row ? JSON.parse(row.manifest) : {}) as Record<string, unknown>;
      const date = new Date(row?.publishedAtMs ?? 0).toISOString();
      return { package: { name, version: latest, description, keywords, date, maintainers: [] } };
    }),
  );
  return { objects, total: objects.length };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest('the body is no JSON');
    throw error;
  }
}

/** The registry as this client calls it: npm takes tarballs only from whole addresses. */
function baseOf({ request }: Call): string {
  return `${baseAddress(request)}/npm`;
}

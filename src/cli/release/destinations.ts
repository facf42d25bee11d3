import { join, resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { cacheFolder } from '../../build/index.ts';
import { openRegistryClient } from '../../dependencies/index.ts';
import { isLoopback } from '../../host/index.ts';
import { completeReference, parseReference } from '../../oci/index.ts';
import { compareVersions } from '../../packages/index.ts';
import {
  folderPublisher,
  imagesPublisher,
  indexesPublisher,
  type Publisher,
  type ReleaseContents,
  type ReleasedImage,
  registryPublisher,
  repositoryPublisher,
} from '../../publish/index.ts';
import {
  layoutSource,
  layoutTops,
  type RegistryClient,
  type RegistryFailure,
  registryDiagnostic,
  uploadMemory,
} from '../../registry/index.ts';
import { namesOf } from '../image-names.ts';
import { noteRetries } from '../note-retries.ts';
import type { VerbContext } from '../verb.ts';
import { attachmentsOf } from './image-signatures.ts';

export interface DestinationsInput {
  readonly root: string;
  readonly contents: ReleaseContents;
}

/** Where a release goes, by flags or by the document's variables; all that is wrong with that, at once. */
export function openDestinations(
  context: VerbContext,
  input: DestinationsInput,
): Result<readonly Publisher[], readonly Diagnostic[]> {
  const { host, flags, reporter } = context;
  const { ARTIFACT_REPO_URL, PUSH_IMAGES } = host.env.variables;
  const named = flags.texts('to');
  const texts = named.length > 0 ? named : ARTIFACT_REPO_URL === undefined ? [] : [ARTIFACT_REPO_URL];
  const hasImages = flags.has('images') || PUSH_IMAGES === 'true';
  if (texts.length === 0 && !hasImages) return fail([noDestination()]);
  const isRegistry = hasImages || texts.some((text) => text.startsWith('oci://'));
  const opened = isRegistry ? openRegistryClient(host, noteRetries(reporter)) : undefined;
  if (opened && !opened.value) return fail(opened.diagnostics);
  const client = opened?.value;
  const results = texts.flatMap((text) => destinations(context, { ...input, client, text }));
  if (hasImages && client) results.push(imageDestination(context, input, client));
  const failures = results.flatMap((each) => (each.ok ? [] : each.failure));
  return failures.length > 0 ? fail(failures) : ok(results.flatMap((each) => (each.ok ? [each.value] : [])));
}

function problem(code: string, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function noDestination(): Diagnostic {
  const hint = '--to FOLDER, or set ARTIFACT_REPO_URL, or PUSH_IMAGES=true';
  return problem('release/no-destination', 'it is not said where the release goes', hint);
}

interface OneDestination extends DestinationsInput {
  readonly client: RegistryClient | undefined;
  readonly text: string;
}

function destinations(
  context: VerbContext,
  input: OneDestination,
): readonly Result<Publisher, readonly Diagnostic[]>[] {
  if (!/^https?:\/\//.test(input.text)) return [destination(context, input)];
  const { fs, env, http, clock } = context.host;
  const url = input.text;
  const token = env.variables.ARTIFACT_REPO_TOKEN;
  const wrong = addressProblem(url, token !== undefined);
  if (wrong) return [fail([wrong])];
  const server = { fs, http, clock, token, url };
  return [ok(repositoryPublisher(server)), ...indexDestinations(context, input, server)];
}

/** What a release has for a server that is more than a repository of files. */
function indexDestinations(
  { reporter }: VerbContext,
  { contents: { index, items } }: OneDestination,
  server: Parameters<typeof repositoryPublisher>[0],
): readonly Result<Publisher, never>[] {
  const kinds = new Map(index.files.map(({ name, kind }) => [name, kind] as const));
  const packages = items.filter(({ name }) => kinds.get(name) === 'package');
  const { webApps = [] } = index;
  if (packages.length === 0 && webApps.length === 0) return [];
  const url = server.url.replace(/\/+$/, '');
  const onLeftOut = (text: string): void => reporter.note(text);
  return [ok(indexesPublisher({ ...server, url, packages, webApps, onLeftOut }))];
}

function destination(
  { host }: VerbContext,
  { root, contents, client, text }: OneDestination,
): Result<Publisher, readonly Diagnostic[]> {
  const { fs, env } = host;
  if (text.startsWith('oci://') && client) {
    const reference = parseReference(text.slice('oci://'.length));
    if (!reference?.registry || reference.tag !== undefined || reference.digest !== undefined)
      return fail([badDestination(text, 'it is written oci://registry/repository, without a tag')]);
    const items = [...contents.items, contents.indexItem];
    const place = { registry: reference.registry, repository: reference.repository };
    const describe = (failure: RegistryFailure): string => registryDiagnostic(failure).message;
    return ok(registryPublisher({ fs, client, place, scratch: scratchIn(root), items, describe }));
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//.test(text))
    return fail([badDestination(text, 'a folder, an address by http, or oci:// are known')]);
  const isNewer = (version: string, than: string): boolean => compareVersions('npm', version, than) > 0;
  return ok(folderPublisher({ fs, folder: resolve(env.workingDirectory, text), isNewer }));
}

/** For documents that only a registry needs. */
function scratchIn(root: string): string {
  return join(root, 'build-cache', 'publish', 'documents');
}

function badDestination(text: string, hint: string): Diagnostic {
  return problem('release/bad-destination', `${text} is no destination`, hint);
}

/** Where a token would be read on the way, nothing is sent. */
function addressProblem(text: string, hasToken: boolean): Diagnostic | undefined {
  const url = URL.parse(text);
  if (!url) return badDestination(text, 'it is no address');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return badDestination(
      url.origin,
      'an address without a name, a password or a query; the token is ARTIFACT_REPO_TOKEN',
    );
  if (url.protocol === 'https:' || !hasToken || isLoopback(url.hostname)) return undefined;
  const message = `the token would go to ${url.origin} in the clear`;
  return problem(
    'release/bad-destination',
    message,
    'take an address with https, or unset ARTIFACT_REPO_TOKEN',
  );
}

function imageDestination(
  { host }: VerbContext,
  { root, contents }: DestinationsInput,
  client: RegistryClient,
): Result<Publisher, readonly Diagnostic[]> {
  const { fs } = host;
  const problems: Diagnostic[] = [];
  const images: ReleasedImage[] = [];
  for (const { name, digest, reference } of contents.index.images) {
    const layout = join(root, 'dist', 'images', name);
    const tops = layoutTops(fs, layout);
    const top = tops.find((each) => each.digest === digest);
    if (!top) problems.push(changedImage(layout, name));
    else {
      const attachments = attachmentsOf(fs, contents, name);
      const source = layoutSource(fs, layout);
      images.push(...imagesNamed({ name, top, source, tops, reference, attachments }));
    }
  }
  if (problems.length > 0) return fail(problems);
  const memory = uploadMemory(fs, join(cacheFolder(host), 'uploads'));
  const describe = (failure: RegistryFailure): string => registryDiagnostic(failure).message;
  return ok(imagesPublisher({ fs, client, images, memory, scratch: scratchIn(root), describe }));
}

function changedImage(path: string, name: string): Diagnostic {
  const hint = 'release again; `dist/images` holds another image than the one that was released';
  return {
    ...problem('release/changed-file', `the image ${name} is not the one that was released`, hint),
    path,
  };
}

interface NamedInput extends Pick<ReleasedImage, 'name' | 'top' | 'source' | 'attachments'> {
  readonly tops: ReturnType<typeof layoutTops>;
  readonly reference: string;
}

/** An image for each repository that its names say; the tag of the release stays, all others move on with the next one. */
function imagesNamed({ tops, reference, ...image }: NamedInput): readonly ReleasedImage[] {
  const parsed = parseReference(reference);
  const own = parsed && completeReference(parsed);
  const names = [...namesOf(tops), ...(own ? [own] : [])];
  const places = Map.groupBy(names, ({ registry, repository }) => `${registry}/${repository}`);
  return [...places.values()].map((those) => {
    const tags = [...new Set(those.flatMap(({ tag }) => tag ?? []))];
    const { registry, repository } = those[0]!;
    return {
      ...image,
      place: { registry, repository },
      tags: tags.filter((tag) => tag === own?.tag),
      movingTags: tags.filter((tag) => tag !== own?.tag),
    };
  });
}

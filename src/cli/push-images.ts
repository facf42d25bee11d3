import { join } from 'node:path/posix';
import { counted, type Diagnostic, formatSizeBytes } from '../base/index.ts';
import { cacheFolder, NO_REGISTRY } from '../build/index.ts';
import { openRegistryClient } from '../dependencies/index.ts';
import type { CompleteReference, Descriptor } from '../oci/index.ts';
import {
  layoutSource,
  layoutTops,
  type PushedImage,
  registryDiagnostic,
  uploadMemory,
} from '../registry/index.ts';
import type { CliCode } from './diagnostics.ts';
import { namesOf } from './image-names.ts';
import { noteRetries } from './note-retries.ts';
import type { VerbContext } from './verb.ts';

/** An image of `dist/images` with the names that its index gives it. */
interface NamedImage {
  readonly name: string;
  readonly root: string;
  /** The same for all its names. */
  readonly top: Descriptor | undefined;
  readonly references: readonly CompleteReference[];
}

export interface Pushed {
  /** Name of the image in the workspace. */
  readonly name: string;
  /** `registry/repository`. */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  readonly sentBytes: number;
}

/**
 * Pushes built images to the registries that their names say, `${REGISTRY}/<prefix><name>` with each of their tags. What was sent
 * stays sent: run again, only the rest is.
 */
export async function pushImages(
  context: VerbContext,
  root: string,
  names: readonly string[],
): Promise<{ readonly pushed: readonly Pushed[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { host, reporter, signal } = context;
  const { fs } = host;
  const images = names.map((name) => namedImage(context, root, name));
  if (images.some((image) => hasNoRegistry(context, image)))
    return { pushed: [], diagnostics: [noRegistry()] };
  const opened = openRegistryClient(host, noteRetries(reporter));
  const client = opened.value;
  if (!client) return { pushed: [], diagnostics: opened.diagnostics };
  const memory = uploadMemory(fs, join(cacheFolder(host), 'uploads'));
  const pushed: Pushed[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const image of images) {
    for (const [repository, references] of byRepository(image.references)) {
      const [first] = references;
      const { top } = image;
      if (!top || !first || signal.aborted) continue;
      const tags = references.flatMap(({ tag }) => tag ?? []);
      const place = { registry: first.registry, repository: first.repository };
      const source = layoutSource(fs, image.root);
      const result = await client.push({ top, source, place, tags, memory, signal });
      if (!result.ok) {
        diagnostics.push(registryDiagnostic(result.failure));
        continue;
      }
      const done = { name: image.name, repository, tags, digest: result.value.top.digest };
      pushed.push({ ...done, sentBytes: result.value.sentBytes });
      if (!reporter.isJson) reporter.result(lineOf(repository, tags, result.value));
    }
  }
  return { pushed, diagnostics };
}

function namedImage({ host }: VerbContext, root: string, name: string): NamedImage {
  const layout = join(root, 'dist', 'images', name);
  const tops = layoutTops(host.fs, layout);
  return { name, root: layout, top: tops[0], references: namesOf(tops) };
}

function hasNoRegistry({ host }: VerbContext, { references }: NamedImage): boolean {
  return (
    host.env.variables.REGISTRY === undefined && references.some(({ registry }) => registry === NO_REGISTRY)
  );
}

function noRegistry(): Diagnostic {
  const code: CliCode = 'cli/no-registry';
  const hint = 'set the variable REGISTRY: REGISTRY=ghcr.io/team mobileops images --push';
  return { code, severity: 'error', message: 'there is no registry to push to', hint, cause: 'input' };
}

/** Blobs that go at the same time wait for the same reason, which is said once. */
function byRepository(
  references: readonly CompleteReference[],
): ReadonlyMap<string, readonly CompleteReference[]> {
  return Map.groupBy(references, ({ registry, repository }) => `${registry}/${repository}`);
}

function lineOf(repository: string, tags: readonly string[], { top, blobs, sentBytes }: PushedImage): string {
  const there = Object.entries(blobs)
    .filter(([how, count]) => how !== 'transferred' && count > 0)
    .reduce((sum, [, count]) => sum + count, 0);
  const sent = sentBytes > 0 ? `${formatSizeBytes(sentBytes)} sent` : 'nothing to send';
  const rest = there > 0 ? `, ${counted(there, 'blob')} there already` : '';
  return `pushed ${repository} ${tags.join(', ')}\n  ${top.digest}  ${sent}${rest}`;
}

import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  blobPath,
  canonicalJson,
  type Descriptor,
  encodePlatforms,
  type ImageIndex,
  type NotBuilt,
  parseJson,
  platformFolder,
} from '../../oci/index.ts';
import { parseArguments } from '../arguments.ts';
import { badInput, type Tool, type ToolContext, usage } from '../tool.ts';
import { notBuiltFrom } from './image-not-built.ts';
import { writeIndex } from './write-layout.ts';

const USAGE = 'image-index --out <dir> --platform <os/architecture>...';

/**
 * `image-index v1 --out <dir> --platform <os/architecture>...`: images for several platforms become one. In the folder
 * `<os>-<architecture>` of each lies the `index.json` of its layout, or `NOT_BUILT`. `<dir>/layout` gets what the joined layout has
 * beside its blobs of all: the image index, and an `index.json` that names it; of a single platform, its own. `<dir>/remarks.json`
 * lists platforms that are not in it, with why. None in it is a failure.
 */
export const imageIndex: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['out', 'platform']);
  if (!parsed.ok) return parsed;
  const { options, repeated, operands } = parsed.value;
  const platforms = repeated.platform ?? [];
  if (options.out === undefined || platforms.length === 0 || operands.length > 0) return usage(USAGE);
  const found = platforms.map((platform) => imageFor(context, platform));
  const problem = found.find((each) => !each.ok);
  if (problem && !problem.ok) return badInput(problem.failure);
  const images = found.flatMap((each) => (each.ok ? [each.value] : []));
  const manifests = images.flatMap(({ descriptor }) => descriptor ?? []);
  const remarks = images.flatMap(({ platform, notBuilt }) => (notBuilt ? [{ platform, ...notBuilt }] : []));
  if (manifests.length === 0) return badInput(remarks.map(remarkText).join('\n'));
  const out = posix.resolve(context.workingDirectory, options.out);
  const layout = posix.join(out, 'layout');
  context.fs.makeDirectory(posix.join(layout, 'blobs/sha256'));
  const tops = platforms.length === 1 ? manifests : [writePlatforms(context, layout, manifests)];
  writeIndex(context.fs, layout, tops);
  const listed = remarks.map(({ platform, reason, hint }) => ({ platform, reason, hint }));
  context.fs.writeFile(posix.join(out, 'remarks.json'), canonicalJson(listed));
  return ok(undefined);
};

interface PlatformImage {
  readonly platform: string;
  readonly descriptor?: Descriptor;
  readonly notBuilt?: NotBuilt;
}

function imageFor(
  { fs, workingDirectory: root }: ToolContext,
  platform: string,
): Result<PlatformImage, string> {
  const folder = platformFolder(platform);
  const notBuilt = notBuiltFrom(fs, { root, path: folder });
  if (notBuilt) return ok({ platform, notBuilt });
  const path = posix.join(root, folder, 'index.json');
  const text = fs.lstat(path)?.type === 'file' ? fs.readText(path) : '';
  const index = parseJson(text) as Partial<ImageIndex> | undefined;
  const [descriptor, ...more] = Array.isArray(index?.manifests) ? index.manifests : [];
  return descriptor && more.length === 0
    ? ok({ platform, descriptor })
    : fail(`${posix.join(root, folder)} does not hold an image`);
}

function remarkText({ platform, reason, hint }: NotBuilt & { readonly platform: string }): string {
  return `not built for ${platform}: ${reason}${hint === undefined ? '' : `\n  help: ${hint}`}`;
}

/** Puts the image index of several images into a layout. */
function writePlatforms(
  { fs }: Pick<ToolContext, 'fs'>,
  layout: string,
  manifests: readonly Descriptor[],
): Descriptor {
  const { descriptor, text } = encodePlatforms(manifests);
  fs.writeFile(posix.join(layout, blobPath(descriptor.digest)), text);
  return descriptor;
}

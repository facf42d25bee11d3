import { posix } from 'node:path';
import { ok } from '../../base/index.ts';
import {
  CONTAINERD_NAME,
  encodeIndex,
  type ImageIndex,
  isTag,
  parseJson,
  REF_NAME,
} from '../../oci/index.ts';
import { parseArguments } from '../arguments.ts';
import { type Tool, usage } from '../tool.ts';

/**
 * `image-tag v1 --index <file> --out <file> --tag <tag>... [--name <repository>]`: the index of a layout whose image
 * is to be found by each tag, and by `<repository>:<tag>` where containerd imports it.
 */
export const imageTag: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['index', 'out', 'tag', 'name']);
  if (!parsed.ok) return parsed;
  const { options, repeated } = parsed.value;
  const tags = [...new Set(repeated.tag ?? [])].sort();
  if (options.index === undefined || options.out === undefined || tags.length === 0 || !tags.every(isTag)) {
    return usage('image-tag --index <file> --out <file> --tag <tag>... [--name <repository>]');
  }
  const text = context.fs.readText(posix.resolve(context.workingDirectory, options.index));
  const index = parseJson(text) as ImageIndex | undefined;
  if (!Array.isArray(index?.manifests)) return usage(`${options.index} is not an index`);
  const manifests = tags.flatMap((tag) =>
    index.manifests.map((descriptor) => ({
      ...descriptor,
      annotations: {
        ...descriptor.annotations,
        ...(options.name === undefined ? {} : { [CONTAINERD_NAME]: `${options.name}:${tag}` }),
        [REF_NAME]: tag,
      },
    })),
  );
  const out = posix.resolve(context.workingDirectory, options.out);
  context.fs.makeDirectory(posix.dirname(out));
  context.fs.writeFile(out, encodeIndex({ ...index, manifests }));
  return ok(undefined);
};

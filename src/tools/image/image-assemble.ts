import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  FILES_DOCUMENT,
  type ImageConfig,
  type ImagePlan,
  type ImagePlatform,
  LAYERS_FOLDER,
  NOT_BUILT,
  type NotBuilt,
  notBuiltText,
  parseImagePlan,
  platformOfStage,
  stageStateText,
} from '../../oci/index.ts';
import { parseArguments } from '../arguments.ts';
import { TarFormatError } from '../tar-format-error.ts';
import { badInput, type Tool, type ToolContext, type ToolResult, usage } from '../tool.ts';
import { Assembly, type BuiltStage, createdText } from './assemble.ts';
import { isDecompressionError } from './decompress.ts';
import { ImageNotBuilt } from './image-not-built.ts';
import type { Layer } from './layer.ts';
import { readLayout } from './read-layout.ts';
import { writeLayout } from './write-layout.ts';

/**
 * `image-assemble v10 --plan <file> --out <dir> [--state <file>]`: an ImagePlan becomes an OCI layout with one untagged
 * image but for its layers, of which the new ones lie in `layers/`, and `files.json` beside it. A base image's layers are
 * taken over as they are. With `--state`, what the layout does not say of the last stage is written beside it, so that a
 * later segment can go on. Where the image cannot be made for its platform on this machine, all that is written is why,
 * as `NOT_BUILT` in place of the layout. `--like` is the layout of the same image for another platform, whose plan differs in
 * nothing else: its layers are this one's, and are not compressed again.
 */
export const imageAssemble: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['plan', 'out', 'state', 'like']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  if (options.plan === undefined || options.out === undefined || operands.length > 0) {
    return usage('image-assemble --plan <file> --out <dir> [--state <file>] [--like <dir>]');
  }
  const plan = parseImagePlan(context.fs.readText(posix.resolve(context.workingDirectory, options.plan)));
  if (!plan) return usage(`${options.plan} is not an image plan`);
  const out = posix.resolve(context.workingDirectory, options.out);
  const layerFolder = posix.join(out, LAYERS_FOLDER);
  context.fs.makeDirectory(layerFolder);
  const like =
    options.like === undefined
      ? ok(undefined)
      : readLayout(context.fs, posix.resolve(context.workingDirectory, options.like));
  if (!like.ok) return badInput(like.failure);
  const given = like.value ? { given: like.value.layers } : {};
  const built = await assemble(plan, context, { blobFolder: layerFolder, ...given });
  if (!built.ok) return badInput(built.failure);
  if ('reason' in built.value) return writeNotBuilt(context, out, built.value);
  const { stage, filesText } = built.value;
  await writeLayout(context, out, { config: configOf(plan, stage), layers: stage.layers });
  if (filesText !== undefined) context.fs.writeFile(posix.join(out, FILES_DOCUMENT), filesText);
  if (options.state !== undefined) {
    const path = posix.resolve(context.workingDirectory, options.state);
    context.fs.makeDirectory(posix.dirname(path));
    context.fs.writeFile(path, stageStateText(stage.state));
  }
  return ok(undefined);
};

interface Assembled {
  readonly stage: BuiltStage;
  readonly filesText: string | undefined;
}

async function assemble(
  plan: ImagePlan,
  context: ToolContext,
  where: { readonly blobFolder: string; readonly given?: readonly Layer[] },
): Promise<Result<Assembled | NotBuilt, string>> {
  try {
    const assembly = new Assembly(plan, context, where);
    const built = await assembly.run();
    return built.ok
      ? ok({ stage: built.value, filesText: await assembly.filesDocument(built.value) })
      : built;
  } catch (error) {
    if (error instanceof ImageNotBuilt) return ok(error.notBuilt);
    if (!(error instanceof TarFormatError) && !isDecompressionError(error)) throw error;
    return fail(
      `a layer that the image stands on is damaged: ${error instanceof Error ? error.message : ''}`,
    );
  }
}

/** Layers of the instructions before are of no use then. */
function writeNotBuilt({ fs }: ToolContext, out: string, notBuilt: NotBuilt): ToolResult {
  fs.remove(out);
  fs.makeDirectory(out);
  fs.writeFile(posix.join(out, NOT_BUILT), notBuiltText(notBuilt));
  return ok(undefined);
}

function configOf(plan: ImagePlan, { state, layers, history }: BuiltStage): ImageConfig {
  return {
    created: createdText(plan),
    ...(state.author === undefined ? {} : { author: state.author }),
    ...platformOf(plan),
    config: state.config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history,
  };
}

/** The last stage's. */
function platformOf(plan: ImagePlan): ImagePlatform {
  const [os, architecture, variant] = platformOfStage(plan, plan.stages.at(-1)!).split('/');
  return { architecture: architecture!, os: os!, ...(variant === undefined ? {} : { variant }) };
}

import type { PlannedAction, TreeExpression } from '../action/index.ts';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { parseReference, tagOfVersion } from '../oci/index.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import { joinedImage, type PlatformImage } from './platform-images.ts';
import type { RuleContext, RulePlan } from './rule.ts';
import { DIST_CLASS } from './rule.ts';
import { BESIDE_LAYOUT, commonAction, INDEX } from './untagged-image.ts';

/**
 * The plan of an image: to the actions that make its layout comes a last one, stamped and cheap, that writes the index with
 * its tags, so that a new version assembles nothing again. `images` is one for each platform; `path` is the file that describes
 * the image.
 */
export function taggedImage(
  context: RuleContext,
  images: readonly PlatformImage[],
  path: string,
): Result<Omit<RulePlan, 'diagnostics'>, Diagnostic> {
  const { label } = context.target;
  const name = `${context.settings.registry}/${context.configuration.imagePrefix}${label.name}`;
  if (!parseReference(name)) {
    return fail({
      ...badValue(path),
      message: `\`${name}\` cannot be the name of an image`,
      hint: 'after the registry, names of images have small letters and digits, between them dots, dashes and underscores',
    });
  }
  const tags = imageTags(context, path);
  if (!tags.ok) return tags;
  const { actions, layout, exports, remarks } = joinedImage(context, images);
  const tag = tagAction(context, layout, { name, tags: tags.value });
  const index: TreeExpression = { kind: 'at', of: { kind: 'output', action: tag.id }, path: 'tagged' };
  return ok({
    actions: [...actions, tag],
    tests: [],
    artifacts: [
      {
        name: label.name,
        type: 'container',
        path: `${DIST_CLASS.image}/${label.name}`,
        tree: { kind: 'merge', of: [{ kind: 'filter', of: layout, exclude: BESIDE_LAYOUT }, index] },
        isFile: false,
      },
    ],
    exports,
    ...(remarks ? { remarks } : {}),
  });
}

function imageTags({ settings, configuration }: RuleContext, path: string): Result<string[], Diagnostic> {
  const tag = tagOfVersion(settings.stamp.version);
  const container = configuration.artifacts.find((artifact) => artifact.type === 'container');
  const stated = (container?.tags ?? ['latest']).map((each) => tagOfVersion(each) ?? each);
  if (tag !== undefined) return ok([...new Set([...stated, tag])]);
  return fail({
    ...badValue(path),
    message: `the version ${settings.stamp.version} cannot be a tag of an image`,
    hint: 'a tag has letters, digits, dots, dashes and underscores, at most 128',
  });
}

function badValue(path: string): Pick<Diagnostic, 'code' | 'severity' | 'path'> {
  return { code: 'image/bad-value', severity: 'error', path };
}

function tagAction(
  context: RuleContext,
  layout: TreeExpression,
  { name, tags }: { readonly name: string; readonly tags: readonly string[] },
): PlannedAction {
  const { label } = context.target;
  return {
    ...commonAction(context, 'tag'),
    mnemonic: 'Image',
    description: `Tag image ${label.name} ${tags.join(', ')}`,
    work: { kind: 'at', of: layout, path: INDEX },
    outputs: ['tagged'],
    ...context.ownCommand('image-tag', OWN_COMMANDS['image-tag'], [
      ...['--index', INDEX, '--out', `tagged/${INDEX}`, '--name', name],
      ...tags.flatMap((each) => ['--tag', each]),
    ]),
    network: false,
  };
}

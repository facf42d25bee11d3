import type { PlannedAction, TreeExpression } from '../action/index.ts';
import { NOT_BUILT, type NotBuilt, notBuiltText, platformFolder } from '../oci/index.ts';
import { OWN_COMMANDS } from './own-commands.ts';
import type { Architecture, BuildSettings, RuleContext } from './rule.ts';
import { BESIDE_LAYOUT, commonAction, INDEX, LAYOUT, type UntaggedImage } from './untagged-image.ts';

/** An image as it is made for one platform. */
export interface PlatformImage extends UntaggedImage {
  readonly architecture: Architecture;
}

/** Where the image of one platform lies below what an image of several exports. */
export const PLATFORMS = 'platforms';
const JOINED = 'joined';

export function platformOf(architecture: string): string {
  return `linux/${architecture}`;
}

/** Stands for an image that this machine cannot make for a platform. */
export function notBuiltImage(architecture: Architecture, notBuilt: NotBuilt): PlatformImage {
  const files = [{ path: NOT_BUILT, content: notBuiltText(notBuilt), isExecutable: false }];
  return { architecture, actions: [], layout: { kind: 'literal', files } };
}

/** Whether images of the workspace are for the machine's platform alone, and so no more than that image. */
export function isSinglePlatform({
  architecture,
  architectures,
}: Pick<BuildSettings, 'architecture' | 'architectures'>): boolean {
  return architectures.length === 1 && architectures[0] === architecture;
}

/** One layout of an image, whatever platforms it is for. */
export interface JoinedImage extends UntaggedImage {
  readonly exports: TreeExpression;
  readonly remarks?: TreeExpression;
}

/**
 * Images for several platforms as one layout, which names an image index. That of the machine's platform alone stays as it is. What
 * could not be made for a platform is left out and told in `remarks`.
 */
export function joinedImage(context: RuleContext, images: readonly PlatformImage[]): JoinedImage {
  const [first] = images;
  const actions = images.flatMap((image) => image.actions);
  if (first && isSinglePlatform(context.settings))
    return { actions, layout: first.layout, exports: first.layout };
  const join = joinAction(context, images);
  const output: TreeExpression = { kind: 'output', action: join.id };
  const blobs = images.map(
    ({ layout: of }): TreeExpression => ({ kind: 'filter', of, exclude: [NOT_BUILT, ...BESIDE_LAYOUT] }),
  );
  const named: TreeExpression = { kind: 'at', of: output, path: `${JOINED}/${LAYOUT}` };
  const layout: TreeExpression = { kind: 'merge', of: [...blobs, named] };
  const parts = images.map(
    ({ architecture, layout: of }): TreeExpression => ({
      kind: 'under',
      of,
      path: `${PLATFORMS}/${platformFolder(platformOf(architecture))}`,
    }),
  );
  return {
    actions: [...actions, join],
    layout,
    exports: { kind: 'merge', of: [layout, ...parts] },
    remarks: { kind: 'at', of: output, path: `${JOINED}/remarks.json` },
  };
}

function joinAction(context: RuleContext, images: readonly PlatformImage[]): PlannedAction {
  const platforms = images.map(({ architecture }) => platformOf(architecture));
  const documents = images.map(
    ({ architecture, layout: of }): TreeExpression => ({
      kind: 'under',
      of: { kind: 'filter', of, include: [INDEX, NOT_BUILT] },
      path: platformFolder(platformOf(architecture)),
    }),
  );
  return {
    ...commonAction(context, 'index'),
    mnemonic: 'Image',
    description: `Join image ${context.target.label.name} for ${platforms.join(', ')}`,
    work: { kind: 'merge', of: documents },
    outputs: [JOINED],
    ...context.ownCommand('image-index', OWN_COMMANDS['image-index'], [
      ...['--out', JOINED],
      ...platforms.flatMap((platform) => ['--platform', platform]),
    ]),
    network: false,
  };
}

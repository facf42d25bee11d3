import type { Label } from '../../base/index.ts';
import type { RuleContext } from '../rule.ts';
import { ContextFiles } from './context-files.ts';
import { Problems } from './problems.ts';
import { readImage } from './read-image.ts';

/** Whether an image of the workspace is made of packages whose scripts never ran, or stands on one that is. */
export function isUnpacked(context: RuleContext, label: Label): boolean {
  const spec = context.specOf(label);
  if (spec?.rule === 'packages') return spec.scripts === 'none';
  const text = spec?.rule === 'image' ? context.sources.readText(spec.dockerfile) : undefined;
  if (spec?.rule !== 'image' || text === undefined) return false;
  const image = readImage({
    file: { path: spec.dockerfile, text },
    architecture: context.settings.architecture,
    createdAt: 0,
    imagePrefix: context.configuration.imagePrefix,
    buildArgs: spec.env,
    context: new ContextFiles(context.sources, () => false),
    problems: new Problems(),
    isNeeded: () => true,
    dockerfileOf: () => undefined,
  });
  return image?.imageBelow !== undefined && isUnpacked(context, image.imageBelow);
}

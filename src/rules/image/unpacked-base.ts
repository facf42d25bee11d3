import { EMPTY_TREE } from '../../action/index.ts';
import type { Label } from '../../base/index.ts';
import type { RuleContext } from '../rule.ts';
import { ContextFiles } from './context-files.ts';
import { readAlone } from './read-alone.ts';

/** What it copies does not tell what it stands on. */
const NO_FILES = new ContextFiles({ tree: EMPTY_TREE, paths: [] }, () => false);

/** Whether an image of the workspace is made of packages whose scripts never ran, or stands on one that is. */
export function isUnpacked(context: RuleContext, label: Label): boolean {
  const spec = context.specOf(label);
  if (spec?.rule === 'packages') return spec.scripts === 'none';
  const text = spec?.rule === 'image' ? context.sources.readText(spec.dockerfile) : undefined;
  if (spec?.rule !== 'image' || text === undefined) return false;
  const image = readAlone(spec, text, {
    architecture: context.settings.architecture,
    imagePrefix: context.configuration.imagePrefix,
    context: NO_FILES,
  });
  return image?.imageBelow !== undefined && isUnpacked(context, image.imageBelow);
}

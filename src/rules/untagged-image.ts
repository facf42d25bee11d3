import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type PlannedAction,
  type TreeExpression,
} from '../action/index.ts';
import { formatLabel } from '../base/index.ts';
import type { TargetSpec } from '../config/index.ts';
import type { RuleContext } from './rule.ts';

/** SOURCE_DATE_EPOCH of every build: the time of images and of all that is made for them. */
export const IMAGE_CREATED_AT = 315532800;

/** How an image that rules plan leaves its OCI layout, in the folder of this name. */
export const LAYOUT = 'layout';

/** Beside a layout, for images that stand on this one; `image-assemble` writes it. */
export const FILES_DOCUMENT = 'files.json';

export interface UntaggedImage {
  readonly actions: readonly PlannedAction[];
  /** The image's OCI layout, without a tag. */
  readonly layout: TreeExpression;
}

/** What all actions of an image share; `id` is the part behind `#`. */
export function commonAction({ target, spec }: RuleContext<TargetSpec>, id: string) {
  return {
    id: `${formatLabel(target.label)}#${id}`,
    owner: target.label,
    env: {},
    timeoutMs: spec.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    resources: { ...DEFAULT_RESOURCES, ...spec.resources },
    staging: 'overlay',
    isCacheable: spec.cache,
  } as const;
}

import {
  DEFAULT_RESOURCES,
  DEFAULT_TIMEOUT_MS,
  type PlannedAction,
  type TreeExpression,
} from '../action/index.ts';
import { formatLabel } from '../base/index.ts';
import type { TargetSpec } from '../config/index.ts';
import { FILES_DOCUMENT, LAYERS_FOLDER } from '../oci/index.ts';
import type { RuleContext } from './rule.ts';

/** SOURCE_DATE_EPOCH of every build: the time of images and of all that is made for them. */
export const IMAGE_CREATED_AT = 315532800;

/** The document of a layout that says what it holds. */
export const INDEX = 'index.json';
const BLOBS = 'blobs/sha256';

/** How an image that rules plan leaves its OCI layout, in the folder of this name. */
export const LAYOUT = 'layout';

/** What lies beside a layout and is no part of the image. */
export const BESIDE_LAYOUT = [FILES_DOCUMENT, `${LAYERS_FOLDER}/**`] as const;

export interface UntaggedImage {
  readonly actions: readonly PlannedAction[];
  /** The image's OCI layout, without a tag, and `BESIDE_LAYOUT`. */
  readonly layout: TreeExpression;
}

/**
 * The layout that an action leaves, which writes the documents of an image and its new layers, with the layers that the image
 * has `below` them, as `layersOf` gives them. An image that was not built has none.
 */
export function writtenLayout(action: string, below: readonly TreeExpression[]): TreeExpression {
  const written: TreeExpression = { kind: 'at', of: { kind: 'output', action }, path: LAYOUT };
  const layers: TreeExpression = {
    kind: 'where',
    of: { kind: 'merge', of: [...below, layersOf(written)] },
    within: written,
    path: INDEX,
  };
  return {
    kind: 'merge',
    of: [
      written,
      { kind: 'under', of: layers, path: LAYERS_FOLDER },
      { kind: 'under', of: layers, path: BLOBS },
    ],
  };
}

/** The layers of a layout with `BESIDE_LAYOUT`. */
export function layersOf(layout: TreeExpression): TreeExpression {
  return { kind: 'at', of: layout, path: LAYERS_FOLDER, optional: true };
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

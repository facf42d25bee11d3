import { canonicalJson } from './canonical-json.ts';
import { parseJson } from './parse-json.ts';

/** The file that stands in an output in place of an image, or of a part of one, that cannot be made for its platform. */
export const NOT_BUILT = 'not-built.json';

/** Why an image is not made for a platform on this machine. */
export interface NotBuilt {
  /** Follows `not built for linux/arm64: `. */
  readonly reason: string;
  readonly hint?: string;
}

export function notBuiltText({ reason, hint }: NotBuilt): string {
  return canonicalJson({ reason, hint });
}

/** Where the working folder of an action has images of the workspace. */
const IMAGE_PLACE = /^deps\/image\/([^/]+)(?:\/|$)/;

/** Why what would go on from the folder at `path` is not built, as that is not: from the text of its `NOT_BUILT`. */
export function notBuiltBecause(path: string, text: string | undefined): NotBuilt | undefined {
  const notBuilt = text === undefined ? undefined : parseNotBuilt(text);
  const name = IMAGE_PLACE.exec(path)?.[1];
  return notBuilt && name !== undefined ? { reason: `it uses image:${name}, which is not` } : notBuilt;
}

/** Reads what `notBuiltText` wrote. */
function parseNotBuilt(text: string): NotBuilt | undefined {
  const found = parseJson(text) as Partial<NotBuilt> | undefined;
  if (typeof found !== 'object' || found === null || typeof found.reason !== 'string') return undefined;
  const { reason, hint } = found;
  return { reason, ...(typeof hint === 'string' ? { hint } : {}) };
}

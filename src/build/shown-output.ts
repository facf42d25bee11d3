import type { PlannedAction } from '../action/index.ts';
import { sourcePlaces } from './source-places.ts';
import { toldPlaces } from './told-places.ts';

const SHOWN_OUTPUT_BYTES = 64 * 1024;

/** The end of what an action printed; places of the workspace as its user names them, so that an editor finds them. */
export function shownOutput(
  { isWorkspaceShaped, origins, sourceFolder }: PlannedAction,
  output: Uint8Array,
): string {
  const text = Buffer.from(output.subarray(-SHOWN_OUTPUT_BYTES)).toString();
  if (isWorkspaceShaped) return toldPlaces(text.replace(/(?<=^|[\s'"(])\/w\//g, ''), origins);
  return toldPlaces(sourceFolder ? sourcePlaces(text, sourceFolder) : text, origins);
}

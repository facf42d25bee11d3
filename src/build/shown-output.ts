import type { PlannedAction } from '../action/index.ts';
import { toldPlaces } from './told-places.ts';

const SHOWN_OUTPUT_BYTES = 64 * 1024;

/** The end of what an action printed; places of the workspace as its user names them, so that an editor finds them. */
export function shownOutput({ isWorkspaceShaped, origins }: PlannedAction, output: Uint8Array): string {
  const text = Buffer.from(output.subarray(-SHOWN_OUTPUT_BYTES)).toString();
  return toldPlaces(isWorkspaceShaped ? text.replace(/(?<=^|[\s'"(])\/w\//g, '') : text, origins);
}

import type { PlannedAction } from '../action/index.ts';

const SHOWN_OUTPUT_BYTES = 64 * 1024;

/** The end of what an action printed; places of the workspace as its user names them, so that an editor finds them. */
export function shownOutput({ isWorkspaceShaped }: PlannedAction, output: Uint8Array): string {
  const text = Buffer.from(output.subarray(-SHOWN_OUTPUT_BYTES)).toString();
  return isWorkspaceShaped ? text.replace(/(?<=^|[\s'"(])\/w\//g, '') : text;
}

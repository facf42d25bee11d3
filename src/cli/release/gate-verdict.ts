import type { FileSystem } from '../../host/index.ts';
import type { GateVerdict } from '../../release/index.ts';
import { readVerdict } from '../quality/verdict-file.ts';

/** What the last `mobileops check` of all targets found, where one was run of a commit without changes beside it. */
export function gateVerdict(fs: FileSystem, root: string): GateVerdict | undefined {
  return readVerdict(fs, root);
}

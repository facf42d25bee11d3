import type { FileSystem } from '../../host/index.ts';
import type { GateVerdict } from '../../release/index.ts';

/**
 * What the last `mobileops check` found, where one was run. No gate is checked by this version, so there is nothing to be found,
 * and a release says that it was not checked.
 */
export function gateVerdict(_fs: FileSystem, _root: string): GateVerdict | undefined {
  return undefined;
}

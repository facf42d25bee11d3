import {
  type Ask,
  asksOf,
  canBeWritten,
  labelsOfFolders,
  type RaisedAsk,
  raiseAsks,
} from '../../dependencies/index.ts';
import type { VerbContext } from '../verb.ts';
import type { OpenedRequirements } from './open-dependencies.ts';

/** All that files of the workspace say of packages. */
export function asksOfAll({ requirements }: OpenedRequirements): readonly Ask[] {
  return asksOf(requirements, labelsOfFolders(requirements.targets));
}

/** The places of files that can be written, for the versions that are wanted (by `latestKey`). */
export function raisable(
  { host }: VerbContext,
  opened: OpenedRequirements,
  wanted: ReadonlyMap<string, string>,
): readonly RaisedAsk[] {
  const own = asksOfAll(opened).filter(({ span }) => canBeWritten(host.fs, opened.root, span.file.path));
  return raiseAsks(own, wanted);
}

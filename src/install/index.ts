/**
 * Releases on a machine: fetched from a folder or an address as `publish` leaves them, proved by whoever calls before anything
 * else happens, unpacked beside the others, and made current by one link that moves. Killed at any point, the link names the old
 * release or the new one, whole. It runs nothing of a release and removes none.
 */
export {
  archiveVersion,
  badState,
  fetchProblem,
  type Installed,
  type InstallRequest,
  install,
  rollback,
  type Wanted,
} from './install.ts';
export { Installation, type InstallationState, type Subscription } from './installation.ts';
export { firstSource, folderSource, type ReleaseSource, webSource } from './release-source.ts';

/**
 * What happens after a build, outside the graph: the release's archive and manifest, and signing. A signature
 * is made from a record (unsigned digest, key store, alias, schemes), so that nothing unchanged is signed again.
 * Passwords come from the environment, go to the signing program by standard input, and stand in no key, no log
 * and no list of arguments.
 */
export { type BuildFacts, buildInfoText, timestampOf } from './build-info.ts';
export { type Archiver, makeRelease, type ReleaseFile, type ReleaseOptions } from './make-release.ts';
export {
  type ApkSigningRequest,
  type SignApkOptions,
  type SignedApk,
  type SigningPasswords,
  signApk,
  signingPasswords,
} from './sign-apk.ts';
export { type SignApkOnceOptions, type SignedOnce, signApkOnce } from './sign-apk-once.ts';
export { describeSigningFailure, type SigningFailure } from './signing-failure.ts';
export {
  findSigned,
  keepSigned,
  type SigningInputs,
  type SigningStore,
  signingKey,
} from './signing-record.ts';
export { uncommittedPaths } from './working-tree.ts';

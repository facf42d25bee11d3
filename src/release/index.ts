/**
 * What happens after a build, outside the graph: the release's archive and manifest, and signing. A signature
 * is made from a record (unsigned digest, key store, alias, schemes), so that nothing unchanged is signed again.
 * Passwords come from the environment, go to the signing program by standard input, and stand in no key, no log
 * and no list of arguments.
 */
export { type BuildFacts, buildInfoText, timestampOf } from './build-info.ts';
export { releaseDiagnostics } from './diagnostics.ts';
export { type Archiver, makeRelease, type ReleaseFile, type ReleaseOptions } from './make-release.ts';
export {
  type ArchiveSigning,
  type SignedArchive,
  type SigningPasswords,
  type SignOptions,
  signArchive,
  signingPasswords,
} from './sign-archive.ts';
export { type SignedOnce, type SignOnceOptions, signOnce } from './sign-once.ts';
export { SIGNER_CLASS, SIGNER_PROGRAM } from './signer-program.ts';
export { notReproducible, type SigningFailure, signingDiagnostic } from './signing-failure.ts';
export {
  findSigned,
  keepSigned,
  type SignedFacts,
  type SigningInputs,
  type SigningStore,
  signingKey,
} from './signing-record.ts';
export { type ConnectKey, type UploadOptions, type UploadTarget, uploadIpa } from './upload-ipa.ts';
export { type GitOptions, taggedCommit, uncommittedPaths } from './working-tree.ts';

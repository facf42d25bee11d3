/**
 * What happens after a build, outside the graph: the release's archive and manifest, and signing. A signature
 * is made from a record (unsigned digest, key store, alias, schemes), so that nothing unchanged is signed again.
 * Passwords come from the environment, go to the signing program by standard input, and stand in no key, no log
 * and no list of arguments.
 */
export { type BuildFacts, buildInfoText, timestampOf } from './build-info.ts';
export { changelogText } from './changes/changelog.ts';
export { type EarlierRelease, type History, historyOf } from './changes/commits.ts';
export { releaseDiagnostics } from './diagnostics.ts';
export { gateWords } from './gate-words.ts';
export {
  type GateException,
  type GateRecord,
  type GateVerdict,
  gateRecord,
  parseException,
} from './gates.ts';
export {
  type Archiver,
  makeRelease,
  RELEASE_FOLDER,
  type ReleaseDocument,
  type ReleaseFile,
  type ReleaseOptions,
} from './make-release.ts';
export { releaseCopies } from './release-copies.ts';
export {
  type FileKind,
  type ImageFileNames,
  type IndexedFile,
  type IndexedImage,
  type IndexedWebApp,
  imageFileNames,
  indexName,
  indexText,
  MAX_INDEX_BYTES,
  MAX_TITLE_CHARACTERS,
  originBundleName,
  originName,
  parseIndex,
  RELEASE_NAME,
  type ReleaseIndex,
} from './release-index.ts';
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
export { type GitOptions, remoteAddress, tagCommit, taggedCommit, uncommittedPaths } from './working-tree.ts';

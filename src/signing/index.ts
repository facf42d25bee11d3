/**
 * Signatures of files and statements about them: OpenPGP detached signatures, made and checked by the `gpg` program in a
 * keyring of its own, and Sigstore bundles (v0.3) by a key, made and checked here, which cosign takes and makes. No network,
 * no transparency log, no certificates of identities: a bundle that needs them is refused by name. Statements are in-toto's, with
 * SLSA's provenance v1. A passphrase comes from
 * the environment and goes to gpg by a descriptor; no secret stands in an argument, a log or a file that stays.
 */
export { signingDiagnostics } from './diagnostics.ts';
export { keyPlace } from './keys/key-place.ts';
export { loadKey } from './keys/load-key.ts';
export { defaultKey, hasDefaultKey, type KeyRequest, openSigner } from './open-signer.ts';
export { attestFile, type SignedFile, signFile } from './sign-files.ts';
export { type FoundFiles, isSignatureFile, signableFiles } from './signable-files.ts';
export { SIGNATURE_SUFFIX, type SignatureFormat, type Signer } from './signer.ts';
export { BUNDLE_FAMILY, BUNDLE_TYPE } from './sigstore/bundle.ts';
export { messageSignature } from './sigstore/verify-bundle.ts';
export { IMAGE_SIGNATURE_TYPE, imageStatement } from './statements/image-signature.ts';
export {
  BUILD_TYPE,
  LOCAL_BUILDER,
  type Material,
  PROVENANCE_TYPE,
  type ProvenanceInput,
  provenance,
  type ReadProvenance,
  readProvenance,
} from './statements/provenance.ts';
export { parseStatement, type Statement, type Subject, statementText } from './statements/statement.ts';
export { openTrust, type Trust, type TrustRequest } from './trust.ts';
export type { Expectation, GoodSignature, VerifiedProvenance } from './verified-provenance.ts';
export { type Verdicts, type VerifyRequest, verifyAll } from './verify-all.ts';
export { type FileVerdict, verifyFile } from './verify-files.ts';
export {
  type ImageBundle,
  type ImageRequest,
  type ImageStatement,
  type ImageVerdict,
  type SignedImage,
  type SimpleSignature,
  verifyImage,
} from './verify-image.ts';
export type { SigningWorld } from './world.ts';

/**
 * Container images as the OCI image specification 1.1 has them: documents and their canonical bytes, references,
 * layouts and their validation, and what a Dockerfile's instructions mean, as a plan that is data. Pure: the bytes
 * of layers are read and written by `tools`; a Dockerfile's text is read by the image rule.
 */
export { FILES_DOCUMENT, LAYERS_FOLDER, platformFolder } from './beside-layout.ts';
export { canonicalJson, type Json } from './canonical-json.ts';
export type { ContainerSettings, HealthcheckSettings } from './container-settings.ts';
export {
  expandWord,
  plainVariablesOf,
  quoteWord,
  type Variable,
  type WordFailure,
  type WordScope,
} from './expand-word.ts';
export { FOLDER_BIT, type ModeChange, octalMode, parseMode } from './file-mode.ts';
export { compilePattern, hasWildcard, type PathPattern } from './file-pattern.ts';
export { cleanPath, type IgnoreFile, parseExcludes, parseIgnoreFile } from './ignore-file.ts';
export * from './image.ts';
export type { ImageBlobs, LockedBlob } from './image-blobs.ts';
export * from './image-plan.ts';
export { type LayoutDocuments, type LayoutLayer, readLayoutDocuments } from './layout-image.ts';
export {
  type Content,
  MANIFEST_TYPES,
  type ManifestDocument,
  readManifest,
} from './manifest-document.ts';
export { NOT_BUILT, type NotBuilt, notBuiltBecause, notBuiltText } from './not-built.ts';
export { parseJson } from './parse-json.ts';
export { isSignal, type PortRange, parsePort } from './ports-and-signals.ts';
export { isAtHome, PROGRAM_HEADER_BYTES, programMachine } from './program-machine.ts';
export {
  type CompleteReference,
  completeReference,
  formatReference,
  isTag,
  parseReference,
  type Reference,
  tagOfVersion,
} from './reference.ts';
export { encodeReferrer, type Referrer, referrersTag } from './referrer.ts';
export { mountPlace, type RunContext, runContext } from './run-context.ts';
export { parseRunLayer, type RunLayerDocument, runLayerText } from './run-layer.ts';
export { MOUNT_TYPES, type MountFailure, type MountPlace, type RunMount, readMount } from './run-mount.ts';
export {
  encodeSignatures,
  readSimplePayload,
  SIMPLE_SIGNING_TYPE,
  signatureLayer,
  signatureOf,
  signatureTag,
  simplePayload,
} from './simple-signing.ts';
export {
  applyStep,
  applySteps,
  continueStage,
  DEFAULT_PATH,
  DEFAULT_SHELL,
  expandIn,
  lookupVariable,
  type PlanScope,
  parseStageState,
  resolvePath,
  type StageState,
  type StepFailure,
  stageStateText,
  startStage,
  withoutTriggers,
} from './stage-state.ts';
export {
  type SpecialFile,
  TAR_BLOCK_BYTES,
  type TarMemberHeader,
  tarHeader,
  tarPadding,
} from './tar-header.ts';
export { type LayoutReader, validateImage } from './validate-image.ts';

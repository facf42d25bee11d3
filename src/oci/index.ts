/**
 * Container images as the OCI image specification 1.1 has them: documents and their canonical bytes, references,
 * layouts and their validation, and what a Dockerfile's instructions mean, as a plan that is data. Pure: the bytes
 * of layers are read and written by `tools`; a Dockerfile's text is read by the image rule.
 */
export { canonicalJson, type Json } from './canonical-json.ts';
export {
  expandWord,
  plainVariablesOf,
  quoteWord,
  type Variable,
  type WordFailure,
  type WordScope,
} from './expand-word.ts';
export { compilePattern, hasWildcard } from './file-pattern.ts';
export { cleanPath, type IgnoreFile, parseIgnoreFile } from './ignore-file.ts';
export * from './image.ts';
export * from './image-plan.ts';
export { parseJson } from './parse-json.ts';
export {
  type CompleteReference,
  completeReference,
  formatReference,
  isTag,
  parseReference,
  type Reference,
  tagOfVersion,
} from './reference.ts';
export {
  applyStep,
  continueStage,
  expandIn,
  lookupVariable,
  type PlanScope,
  resolvePath,
  type StageState,
  type StepFailure,
  startStage,
} from './stage-state.ts';
export { type LayoutReader, validateImage } from './validate-image.ts';

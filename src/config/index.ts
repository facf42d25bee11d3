/**
 * The workspace's YAML as typed values with positions, or diagnostics. Pure: text in, data out; it does not
 * read files, resolve labels or look for tools. The face itself loads neither the YAML nor the schema library:
 * `loadParser` does, so that a build which has the parsed configuration in its cache never pays for them.
 */
export { containedModules, seenModules } from './android-module-graph.ts';
export { configDiagnostics, type DiagnosticEntry } from './diagnostics.ts';
export { distLabel, type ImpliedNeed, impliedNeeds } from './dockerfile-needs.ts';
export type { Variables } from './interpolate.ts';
export type * from './model.ts';
export { configurationNotes, type NoteFacts, summaryOfNotes } from './notes.ts';
export type { Declared, DeclaredComponent, Parsed, ParseOptions } from './parser.ts';
export { keyStorePaths, signingKeys } from './signing-keys.ts';
export { DEFAULT_TARGET_SETTINGS } from './target-settings.ts';

/** `parseBuildConfiguration`, `parseComponentBuild`, `parseImageBuild`, `parseMobileBuild`. */
export function loadParser(): Promise<typeof import('./parser.ts')> {
  return import('./parser.ts');
}

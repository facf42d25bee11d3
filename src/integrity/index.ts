/**
 * Whether files are as they were: a baseline holds the type, mode, digest or link of every file of the folders that it covers,
 * and the digests of the programs that builds call. Comparing tells everything that changed, went or came. It proves what the
 * baseline says; who wrote that is told by the baseline's own signature (`signing`). It watches nothing and mends nothing.
 */
export { type Baseline, baselineText, parseBaseline } from './baseline.ts';
export { compareEntries, compareTools, type Difference } from './compare.ts';
export { integrityDiagnostics } from './diagnostics.ts';
export { type IntegrityWorld, type Measured, measureFiles } from './measure.ts';
export { measureTools } from './tools.ts';

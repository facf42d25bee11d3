/**
 * Whether what is built is the same each time, and if not, why: two builds under different conditions (`builds/`), a comparison down
 * to the members of archives in archives (`contents/`), and the causes, told from the two values alone (`causes/`), which are
 * pure. A cause that nothing tells is `unknown`; a guess is never made to look like a proof. What the steps of a build are and how
 * they are run is others' work.
 */
export type { Builder } from './builds/builder.ts';
export { type Repository, readRepository } from './builds/git-copy.ts';
export type { ReproFailure, ReproListener, ReproOptions } from './builds/options.ts';
export { reproduce } from './builds/reproduce.ts';
export type { ClockSource } from './builds/shifted-clock.ts';
export { type DiffFilesOptions, diffFiles, type FilesDiff, type FilesFailure } from './diff-files.ts';
export { filesDiffSummary, filesDiffText } from './diff-files-text.ts';
export type { ReproReport } from './report.ts';
export { reproSummary, reproText } from './repro-text.ts';

/**
 * Why a build does not work here: disk, memory, configuration, lock, tools and whether they work together, keys and until when
 * they hold, namespaces, the cache, marks of processes that are gone, the last failure. A check gives findings as data: what was
 * seen, why it matters, the command that mends it; what could not be looked at is said to be not checked. Nothing is built,
 * fetched or installed, and no service is asked unless told; `mend` changes modes of files and removes what dead processes left, never
 * the content of a source.
 */

export { examine } from './examine.ts';
export type { Examined, ExaminedWorkspace, FailedStep, NeededTool } from './examined.ts';
export { FINDINGS, type FindingId } from './finding-table.ts';
export { mend } from './mend.ts';
export type { DoctorReport, Finding, FindingSeverity, Mend, NotChecked } from './model.ts';
export { reportText } from './report-text.ts';

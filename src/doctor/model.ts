import type { FindingId } from './finding-table.ts';

/** `broken`: a build or a release fails for it; `warning`: it may, or something is lost; `fine`: looked at and good. */
export type FindingSeverity = 'broken' | 'warning' | 'fine';

/** One thing that was looked at. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: FindingSeverity;
  /** In a sentence. */
  readonly seen: string;
  /** More lines of what was seen, as the end of a log. */
  readonly detail?: readonly string[];
  /** Of what is not fine. */
  readonly why?: string;
  /** The command that mends it, else what to do in words. */
  readonly remedy?: string;
  /** What `--fix` may do about it. */
  readonly mend?: Mend;
  /** What `--fix` did, or why it could not. */
  readonly mended?: string;
}

/** What is safe to do without asking: no content of a source changes. */
export type Mend =
  /** `mode`: the bits that are set, and of the others those that stay. */
  | { readonly kind: 'mode'; readonly path: string; readonly set: number; readonly keep: number }
  /** A mark that is only removed while its process is gone. */
  | { readonly kind: 'mark'; readonly path: string }
  | { readonly kind: 'leftovers'; readonly entries: readonly Leftover[] };

/** A file or folder that nobody finishes any more, as it was seen. */
export interface Leftover {
  readonly path: string;
  readonly inode: number;
}

/** Something that could not be looked at. */
export interface NotChecked {
  readonly id: FindingId;
  readonly why: string;
}

export interface DoctorReport {
  readonly findings: readonly Finding[];
  readonly notChecked: readonly NotChecked[];
}

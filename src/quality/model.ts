import type { QualityException } from '../config/index.ts';

/** What `check` judges; `tests` are those of the targets, whose failure nothing excuses. */
export const GATES = [
  'tests',
  'codeQuality',
  'testCoverage',
  'securityScan',
  'performanceTest',
  'licences',
  'sonarqube',
  'exceptions',
] as const;
export type Gate = (typeof GATES)[number];

/** Where a figure comes from. */
export interface Evidence {
  readonly tool?: string;
  readonly version?: string;
  readonly command?: string;
  /** Relative to the workspace. */
  readonly file?: string;
}

/** One thing that was measured, or was to be. */
export interface GateLine {
  readonly gate: Gate;
  /** A label, or `workspace`. */
  readonly subject: string;
  /**
   * `not-measured` fails like `failed`; `excepted` is one of the two and let through; `off` is a gate that does not count, or has
   * nothing to look at.
   */
  readonly status: 'passed' | 'failed' | 'not-measured' | 'excepted' | 'off';
  /** What was found, for people: `9.6 of 10`. */
  readonly measured?: string;
  /** The same as a number, in the unit of the threshold. */
  readonly value?: number;
  readonly threshold?: string;
  /** Why nothing was measured, or why it does not count. */
  readonly why?: string;
  /** What is missing is a tool or a service, and no fault of what is checked. */
  readonly isMissing?: true;
  readonly evidence: readonly Evidence[];
  /** What to look at, the worst first. */
  readonly details: readonly string[];
  readonly exception?: Omit<QualityException, 'gate' | 'target'>;
}

/** Version 1 of its JSON form. */
export interface GateReport {
  readonly version: 1;
  readonly status: 'passed' | 'failed';
  readonly lines: readonly GateLine[];
  /** What no gate looked at, and other things to know. */
  readonly notes: readonly string[];
}

/** Red lines, which make a report fail. */
export function isRed({ status }: Pick<GateLine, 'status'>): boolean {
  return status === 'failed' || status === 'not-measured';
}

export function gateReport(lines: readonly GateLine[], notes: readonly string[]): GateReport {
  return { version: 1, status: lines.some(isRed) ? 'failed' : 'passed', lines, notes };
}

/** 3 where all that is red is for want of a tool or a service. */
export function exitCodeOfReport({ lines }: GateReport): 0 | 1 | 3 {
  const red = lines.filter(isRed);
  if (red.length === 0) return 0;
  return red.every(({ isMissing }) => isMissing) ? 3 : 1;
}

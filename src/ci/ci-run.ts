import { xmlAttribute, xmlText } from '../base/index.ts';

/** What came of a step. */
export interface CiStepOutcome {
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'interrupted' | 'not-run';
  /** As a person would write it. */
  readonly command: string;
  readonly exitCode?: number;
  /** From the start of the run. */
  readonly startMs?: number;
  readonly durationMs?: number;
  /** Relative to the workspace. */
  readonly log?: string;
  /** Of one that was not run, or was ended. */
  readonly why?: string;
}

/** Version 1 of its JSON form; also what `build-cache/ci/last.json` holds. */
export interface CiRun {
  readonly version: 1;
  readonly exitCode: number;
  readonly buildId: string;
  readonly buildVersion: string;
  readonly commit: string;
  readonly branch: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly steps: readonly CiStepOutcome[];
}

/** A case for each step. */
export function ciJunit({ steps, buildId }: CiRun, tailOf: (log: string) => string): string {
  const count = (status: CiStepOutcome['status']): number =>
    steps.filter((step) => step.status === status).length;
  const cases = steps.map((step) => {
    const seconds = ((step.durationMs ?? 0) / 1000).toFixed(3);
    const head = `    <testcase classname="ci" name=${xmlAttribute(step.name)} time="${seconds}"`;
    if (step.status === 'passed') return `${head}/>`;
    if (step.status === 'not-run')
      return `${head}><skipped message=${xmlAttribute(step.why ?? '')}/></testcase>`;
    const tail = step.log === undefined ? '' : tailOf(step.log);
    return `${head}><failure message=${xmlAttribute(step.why ?? `ended with exit code ${step.exitCode}`)}>${xmlText(tail)}</failure></testcase>`;
  });
  const head = `name=${xmlAttribute(`mobileops ci ${buildId}`)} tests="${steps.length}" failures="${count('failed') + count('interrupted')}" skipped="${count('not-run')}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${head}>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

import { xmlAttribute, xmlText } from '../base/index.ts';
import type { DeviceTestCase, InstrumentationRun } from './instrumentation.ts';

export interface RunFacts {
  /** Of the suite: the tests and the device that ran them. */
  readonly name: string;
  readonly serial: string;
  readonly durationMs: number;
}

/** A suite for the run on one device. What is wrong with the run as a whole is a case that failed, so that no reader takes it for a success. */
export function junitOf({ tests, problem }: InstrumentationRun, facts: RunFacts): string {
  const count = (outcome: DeviceTestCase['outcome']): number =>
    tests.filter((each) => each.outcome === outcome).length;
  const whole = problem === undefined ? [] : [problem];
  const counts = [
    `tests="${tests.length + whole.length}" failures="${count('failed')}"`,
    `errors="${count('error') + whole.length}" skipped="${count('skipped')}"`,
  ].join(' ');
  const head = `name=${xmlAttribute(facts.name)} hostname=${xmlAttribute(facts.serial)} ${counts} time="${seconds(facts.durationMs)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite ${head}>`,
    ...tests.map(caseOf),
    ...whole.map(
      (message) =>
        `    <testcase classname=${xmlAttribute(facts.name)} name="the run as a whole"><error message=${xmlAttribute(message)}/></testcase>`,
    ),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function caseOf({ className, name, outcome, detail = '', durationMs }: DeviceTestCase): string {
  const head = `    <testcase classname=${xmlAttribute(className)} name=${xmlAttribute(name)} time="${seconds(durationMs)}"`;
  if (outcome === 'passed') return `${head}/>`;
  const message = detail.split('\n')[0]!;
  if (outcome === 'skipped') return `${head}><skipped message=${xmlAttribute(message)}/></testcase>`;
  const element = outcome === 'failed' ? 'failure' : 'error';
  return `${head}><${element} message=${xmlAttribute(message)}>${xmlText(detail)}</${element}></testcase>`;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

import type { TreeExpression } from '../../action/index.ts';
import type { MobileSpec } from '../../config/index.ts';
import { type Environment, joinEnvironments } from '../environment.ts';
import type { PlannedTest, RuleContext } from '../rule.ts';
import { stepAction } from '../step.ts';
import {
  coverageOf,
  coverageOutputs,
  coveredNode,
  JEST_COVERAGE,
  type RunnerCoverage,
  vitestCoverage,
} from '../test-coverage.ts';
import { JUNIT_FILE } from '../test-runners.ts';
import type { WebPackage } from './web-package.ts';

/** What npm writes into a new package.json in place of a test. */
const NO_TEST = /no test specified/;

/** The package's own `test` script as unit tests; with a report where its runner is one that we know. */
export function packageTest(
  context: RuleContext<MobileSpec>,
  { scripts }: WebPackage,
  { built, environment }: { readonly built: TreeExpression; readonly environment: Environment },
): PlannedTest[] {
  const script = scripts.test;
  if (script === undefined || script.trim() === '' || NO_TEST.test(script)) return [];
  const runner = runnerOf(script, context);
  const action = stepAction(context, {
    name: 'test:unit',
    mnemonic: 'Test',
    description: 'unit tests (npm test)',
    argv: ['npm', 'test', '--silent', ...(runner.args.length > 0 ? ['--', ...runner.args] : [])],
    work: built,
    environment: runner.node ? joinEnvironments([runner.node, environment]) : environment,
    outputs: [...(runner.writesJunit ? [JUNIT_FILE] : []), ...coverageOutputs(runner.coverage)],
    settings: { env: runner.env },
  });
  const { writesJunit, coverage } = runner;
  return [
    {
      action,
      category: 'unit',
      ...(writesJunit ? { junit: JUNIT_FILE } : {}),
      ...coverageOf(context, coverage, { test: action, built }),
    },
  ];
}

interface KnownRunner {
  /** Added behind the script, so only where the runner is its last command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly writesJunit: boolean;
  readonly coverage?: RunnerCoverage;
  /** What stands in front of the package's Node. */
  readonly node?: Environment;
}

function runnerOf(script: string, { locked, toolchain }: RuleContext<MobileSpec>): KnownRunner {
  const last = script
    .split(/&&|\|\||;/)
    .at(-1)!
    .trim();
  if (/^(npx )?vitest\b/.test(last)) {
    const args = ['--run', '--reporter=default', '--reporter=junit', `--outputFile.junit=${JUNIT_FILE}`];
    const measured = vitestCoverage(locked);
    if (!measured) return { args, env: {}, writesJunit: true };
    const { coverage } = measured;
    return { args: [...args, ...measured.args], env: {}, writesJunit: true, coverage };
  }
  if (/^(npx )?jest\b/.test(last)) {
    const writesJunit = locked.node.some(({ path }) => path === 'node_modules/jest-junit');
    const reporters = writesJunit ? ['--reporters=default', '--reporters=jest-junit'] : [];
    const options = ['--ci', '--watchman=false', '--cacheDirectory=/tmp/jest', ...reporters];
    const { args, coverage } = JEST_COVERAGE;
    const env = { JEST_JUNIT_OUTPUT_FILE: JUNIT_FILE };
    return { args: [...options, ...args], env, writesJunit, coverage };
  }
  if (/^node\b.*\s--test(\s|$)/.test(last) && !/--test-reporter/.test(script)) {
    const reporters = ['spec', 'stdout', 'junit', JUNIT_FILE].map((value, index) =>
      index % 2 === 0 ? `--test-reporter=${value}` : `--test-reporter-destination=${value}`,
    );
    const node = coveredNode(toolchain('node').files.node ?? '/tools/node/bin/node');
    return { args: [], env: { NODE_OPTIONS: reporters.join(' ') }, writesJunit: true, coverage: 'v8', node };
  }
  return { args: [], env: {}, writesJunit: false };
}

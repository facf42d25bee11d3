import type { TreeExpression } from '../action/index.ts';
import type { Diagnostic } from '../base/index.ts';
import type { Located } from '../config/index.ts';
import { type Environment, joinEnvironments, toolEnvironment } from './environment.ts';
import { pythonEnvironment } from './environment-python.ts';
import { jestWithReport } from './jest-report.ts';
import type { LockedFile, PlannedTest, RuleContext, ToolName } from './rule.ts';
import { stepAction } from './step.ts';
import {
  coverageOf,
  coverageOutputs,
  coveredPytest,
  JEST_COVERAGE,
  type RunnerCoverage,
  V8_ENV,
  vitestCoverage,
} from './test-coverage.ts';
import { isPythonTest, isScriptTest, isShellTest, testFilesOf } from './test-files.ts';

/** Where every runner that can writes its report, in the test's working folder. */
export const JUNIT_FILE = 'mobileops-junit.xml';

export interface TestOptions {
  readonly category: PlannedTest['category'];
  /** A file or folder of the sources. */
  readonly path: Located<string>;
  /** The folder as the build left it. */
  readonly built: TreeExpression;
  /** What build steps run with, without Python. */
  readonly environment: Environment;
}

interface Runner {
  readonly name: 'pytest' | 'vitest' | 'jest' | 'node' | 'bash';
  readonly argv: readonly string[];
  readonly writesJunit: boolean;
  readonly environment: Environment;
  readonly env?: Readonly<Record<string, string>>;
  readonly coverage?: RunnerCoverage;
}

export interface PlannedTests {
  readonly tests: readonly PlannedTest[];
  /** Actions that the tests' environments come from. */
  readonly environments: readonly Environment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Tests of one category, a run for each kind of file that is found. */
export function plannedTests(context: RuleContext, options: TestOptions): PlannedTests {
  const { path, category } = options;
  const files = testFilesOf(context.sources, path.value);
  if (files.length === 0) return { tests: [], environments: [], diagnostics: [missingTests(context, path)] };
  const unknown = files.filter((file) => !isPythonTest(file) && !isScriptTest(file) && !isShellTest(file));
  if (unknown.length > 0) return { tests: [], environments: [], diagnostics: [unknownKind(unknown, path)] };
  const runners = runnersOf(context, files, options);
  const tests = runners.map((runner) => {
    const action = testAction(context, runner, options);
    return {
      action,
      category,
      ...(runner.writesJunit ? { junit: JUNIT_FILE } : {}),
      ...coverageOf(context, runner.coverage, { test: action, built: options.built }),
    };
  });
  return { tests, environments: runners.map(({ environment }) => environment), diagnostics: [] };
}

function testAction(
  context: RuleContext,
  runner: Runner,
  { category, built }: TestOptions,
): PlannedTest['action'] {
  return stepAction(context, {
    name: `test:${category}:${runner.name}`,
    mnemonic: 'Test',
    description: `${category} tests (${runner.name === 'node' ? 'node:test' : runner.name})`,
    argv: runner.argv,
    work: built,
    environment: runner.environment,
    outputs: [...(runner.writesJunit ? [JUNIT_FILE] : []), ...coverageOutputs(runner.coverage)],
    settings: { env: runner.env ?? {} },
  });
}

function runnersOf(context: RuleContext, files: readonly string[], options: TestOptions): Runner[] {
  const scripts = files.filter(isScriptTest);
  const shell = files.filter(isShellTest);
  return [
    ...(files.some(isPythonTest) ? [pytest(context, options)] : []),
    ...(scripts.length > 0 ? [scriptRunner(context, scripts, options)] : []),
    ...(shell.length > 0 ? [bash(shell, options)] : []),
  ];
}

/** The development requirements' pytest, else the provisioned one. */
function pytest(context: RuleContext, { path, environment, category }: TestOptions): Runner {
  const { run, dev } = context.locked.python;
  const wheels = new Map<string, LockedFile>([...dev, ...run].map((wheel) => [wheel.file, wheel]));
  const python = pythonEnvironment(context, [...wheels.values()]);
  const has = (wanted: string): boolean =>
    [...wheels.values()].some(({ name }) => name.toLowerCase().replace(/[-_.]+/g, '-') === wanted);
  const isCovered = isMeasured(category) && (has('coverage') || hasTool(context, 'coverage'));
  const tool = pythonTools(context, [
    ...(has('pytest') ? [] : (['pytest'] as const)),
    ...(isCovered && !has('coverage') ? (['coverage'] as const) : []),
  ]);
  const clean = path.value.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const argv = ['python', '-m', 'pytest', '-p', 'no:cacheprovider', `--junitxml=${JUNIT_FILE}`, clean];
  return {
    name: 'pytest',
    ...(isCovered ? coveredPytest(argv, has('pytest-cov')) : { argv }),
    writesJunit: true,
    environment: joinEnvironments([python, tool, environment]),
  };
}

/** Measuring would slow down what is measured by the clock. */
const isMeasured = (category: TestOptions['category']): boolean => category !== 'performance';

const hasTool = (context: RuleContext, name: ToolName): boolean => context.toolchain(name).version !== '';

/** Tools that are packages of Python, all of which are found. */
function pythonTools(context: RuleContext, names: readonly ToolName[]): Environment {
  const joined = toolEnvironment(context, names);
  const folders = names.flatMap((name) => context.toolchain(name).env.PYTHONPATH ?? []);
  if (folders.length === 0) return joined;
  return { ...joined, env: { ...joined.env, PYTHONPATH: folders.join(':') } };
}

/** vitest or jest where the package has it, node:test elsewhere. */
function scriptRunner(context: RuleContext, files: readonly string[], options: TestOptions): Runner {
  const { environment } = options;
  const isCovered = isMeasured(options.category);
  const has = (name: string): boolean =>
    context.locked.node.some(({ path }) => path === `node_modules/${name}`);
  if (has('vitest')) {
    const reporters = ['--reporter=default', '--reporter=junit', `--outputFile.junit=${JUNIT_FILE}`];
    const measured = isCovered ? vitestCoverage(context.locked) : undefined;
    return {
      name: 'vitest',
      argv: ['vitest', 'run', ...reporters, ...(measured?.args ?? []), ...files],
      writesJunit: true,
      environment,
      ...(measured ? { coverage: measured.coverage } : {}),
    };
  }
  if (has('jest')) {
    const measured = isCovered ? JEST_COVERAGE : undefined;
    const flags = ['--ci', '--watchman=false', '--cacheDirectory=/tmp/jest', ...(measured?.args ?? [])];
    const jest = ['jest', '--runTestsByPath', ...files, ...flags];
    const argv = has('jest-junit')
      ? [...jest, '--reporters=default', '--reporters=jest-junit']
      : jestWithReport(jest, JUNIT_FILE);
    const env = { JEST_JUNIT_OUTPUT_FILE: JUNIT_FILE };
    const coverage = measured ? { coverage: measured.coverage } : {};
    return { name: 'jest', argv, writesJunit: true, environment, env, ...coverage };
  }
  const reporters = [
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=junit',
    `--test-reporter-destination=${JUNIT_FILE}`,
  ];
  const tools = toolEnvironment(context, ['node']);
  return {
    name: 'node',
    argv: ['node', '--test', ...reporters, ...files],
    writesJunit: true,
    environment: joinEnvironments([environment, tools]),
    ...(isCovered ? { coverage: 'v8', env: V8_ENV } : {}),
  };
}

/** All are run; one that fails fails the test. */
const RUN_ALL =
  'failed=0; for test in "$@"; do echo "== $test"; bash "$test" || failed=1; done; exit $failed';

function bash(files: readonly string[], { environment }: TestOptions): Runner {
  return { name: 'bash', argv: ['bash', '-c', RUN_ALL, 'tests', ...files], writesJunit: false, environment };
}

function missingTests({ target }: RuleContext, path: Located<string>): Diagnostic {
  return {
    code: 'rules/missing-tests',
    severity: 'error',
    message: `no test at ${path.value} in ${target.directory}`,
    hint: 'name a test file, or a folder with files like test_x.py, x.test.ts or x.spec.js; tests are source files',
    span: path.span,
    cause: 'input',
  };
}

function unknownKind(files: readonly string[], path: Located<string>): Diagnostic {
  return {
    code: 'rules/unknown-test-kind',
    severity: 'error',
    message: `no test runner for ${files.join(', ')}`,
    hint: 'Python files run with pytest, JavaScript and TypeScript ones with vitest, jest or node:test, .sh files with bash',
    span: path.span,
    cause: 'input',
  };
}

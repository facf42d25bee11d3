import type { PlannedAction, TreeExpression } from '../action/index.ts';
import { EMPTY_ENVIRONMENT, type Environment, ownCommand } from './environment.ts';
import type { CoverageFile, LockedPackages, RuleContext } from './rule.ts';
import { stepAction } from './step.ts';

/** Where runners write which lines ran, in the test's working folder. */
const FOLDER = 'mobileops-coverage';
const PYTHON_FILE = 'mobileops-coverage.json';
const NODE_FILE = 'mobileops-coverage.info';

/** A command line that also tells which lines ran. */
export interface Covered {
  readonly argv: readonly string[];
  readonly coverage: CoverageFile;
}

/**
 * The report is made of failed tests too; without one there is an empty file, which says nothing. Data of parallel
 * processes lies beside that of the first.
 */
const RUN_COVERED = `status=0
data="$TMPDIR/coverage"
python -m coverage run --data-file="$data" --source=. -m "$@" || status=$?
python -m coverage combine --append --quiet --data-file="$data" "$TMPDIR" >/dev/null 2>&1 || true
python -m coverage json --quiet --fail-under=0 --data-file="$data" -o ${PYTHON_FILE} || : >${PYTHON_FILE}
exit $status`;

/** pytest (`python -m pytest …`) under coverage.py; by pytest-cov where the target has it, since only one can listen. */
export function coveredPytest(argv: readonly string[], hasPytestCov: boolean): Covered {
  const coverage: CoverageFile = { path: PYTHON_FILE, format: 'coverage.py' };
  if (hasPytestCov) {
    const script = `"$@" || status=$?; [ -e ${PYTHON_FILE} ] || : >${PYTHON_FILE}; exit $\{status:-0}`;
    const options = ['--cov=.', `--cov-report=json:${PYTHON_FILE}`, '--cov-fail-under=0'];
    return { argv: ['sh', '-c', script, 'pytest', ...argv, ...options], coverage };
  }
  const [, , ...words] = argv;
  return { argv: ['sh', '-c', RUN_COVERED, 'pytest', ...words], coverage };
}

/** Where every Node that the tests start writes what it ran. */
const V8_FOLDER = 'mobileops-v8';

/** What is told to node:test, which then need not know of it. */
export const V8_ENV = { NODE_V8_COVERAGE: V8_FOLDER } as const;

/** What a runner leaves: a report, or what V8 wrote. */
export type RunnerCoverage = CoverageFile | 'v8';

export function coverageOutputs(coverage: RunnerCoverage | undefined): string[] {
  if (!coverage) return [];
  return [coverage === 'v8' ? V8_FOLDER : coverage.path];
}

export function coverageOf(
  context: RuleContext,
  coverage: RunnerCoverage | undefined,
  test: { readonly test: PlannedAction; readonly built: TreeExpression },
): { readonly coverage?: CoverageFile } {
  if (!coverage) return {};
  return { coverage: coverage === 'v8' ? nodeCoverage(context, test) : coverage };
}

/** What node:test left as a tracefile, in an action of its own; compiled code counts as the sources that its maps name. */
function nodeCoverage(
  context: RuleContext,
  { test, built }: { readonly test: PlannedAction; readonly built: TreeExpression },
): CoverageFile {
  const command = ownCommand(context, 'v8-lcov', [V8_FOLDER, NODE_FILE]);
  const left: TreeExpression = { kind: 'output', action: test.id };
  const folder: TreeExpression = { kind: 'at', of: left, path: V8_FOLDER };
  const action = stepAction(context, {
    name: test.id.slice(test.id.indexOf('#') + 1).replace(/^test:/, 'coverage:'),
    mnemonic: 'Coverage',
    description: 'lines that ran',
    argv: command.argv,
    work: { kind: 'merge', of: [built, { kind: 'under', of: folder, path: V8_FOLDER }] },
    environment: { ...EMPTY_ENVIRONMENT, mounts: command.mounts },
    outputs: [NODE_FILE],
  });
  const made = { ...action, ...(command.programs ? { programs: command.programs } : {}) };
  return { path: NODE_FILE, format: 'lcov', action: made };
}

/** A `node` that measures the node:test of a package's script, and not the npm that runs it. */
const SHIM = (node: string): string => `#!/bin/sh
case " $* " in
*" --test "*)
  NODE_V8_COVERAGE=${V8_FOLDER}
  export NODE_V8_COVERAGE ;;
esac
exec '${node}' "$@"
`;

/** Puts the measuring `node` in front of the one at `node`. */
export function coveredNode(node: string): Environment {
  const at = '/tools/node-coverage';
  const file = { path: 'node', content: SHIM(node), isExecutable: true };
  return {
    ...EMPTY_ENVIRONMENT,
    mounts: [{ at, tree: { kind: 'literal', files: [file] }, access: 'read-only' }],
    path: [at],
  };
}

interface MeasuredRun {
  readonly args: readonly string[];
  readonly coverage: CoverageFile;
}

const TRACEFILE: CoverageFile = { path: `${FOLDER}/lcov.info`, format: 'lcov' };

/** Istanbul is part of jest. */
export const JEST_COVERAGE: MeasuredRun = {
  args: ['--coverage', '--coverageReporters=lcovonly', `--coverageDirectory=${FOLDER}`],
  coverage: TRACEFILE,
};

/** vitest measures with a package of its own, where the target has one. */
export function vitestCoverage({ node }: Pick<LockedPackages, 'node'>): MeasuredRun | undefined {
  const has = (name: string): boolean => node.some(({ path }) => path === `node_modules/@vitest/${name}`);
  if (!has('coverage-v8') && !has('coverage-istanbul')) return undefined;
  const args = [
    '--coverage.enabled',
    '--coverage.reporter=lcovonly',
    `--coverage.reportsDirectory=${FOLDER}`,
    '--coverage.reportOnFailure',
    ...(has('coverage-v8') ? [] : ['--coverage.provider=istanbul']),
  ];
  return { args, coverage: TRACEFILE };
}

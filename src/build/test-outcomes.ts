import type { Cas } from '../cas/index.ts';
import type { CoverageFile, PlannedTest } from '../rules/index.ts';
import type { ActionOutcome, ActionRun } from './action-run.ts';
import type { TestOutcome } from './outcome.ts';

export interface TestRun {
  readonly run: Pick<ActionRun, 'outcomes'>;
  readonly cas: Pick<Cas, 'get'>;
}

/** What came of a target's tests that were asked for. Of one for a device nothing is known yet, unless its APK could not be made. */
export function testOutcomes(
  label: string,
  tests: readonly PlannedTest[],
  given: TestRun,
): readonly TestOutcome[] {
  return tests.flatMap((test) => {
    const outcome = given.run.outcomes.get(test.action.id);
    if (!outcome || (test.device && isDone(outcome))) return [];
    return [testOutcome(label, test, { ...given, outcome })];
  });
}

/** Whether it left what it was run for. */
export function isDone({ status, output }: ActionOutcome): boolean {
  return output !== undefined && (status === 'ran' || status === 'cached');
}

function testOutcome(
  label: string,
  { action, category, junit, coverage, keeps }: PlannedTest,
  { run, cas, outcome }: TestRun & { readonly outcome: ActionOutcome },
): TestOutcome {
  const report = junit === undefined ? undefined : readOutput(cas, outcome, junit);
  const covered = coverage && coverageText({ run, cas }, outcome, coverage);
  return {
    label,
    category,
    action: action.id,
    status: outcome.status,
    ...(report === undefined ? {} : { junit: report }),
    ...(coverage && covered !== undefined ? { coverage: { format: coverage.format, text: covered } } : {}),
    ...(keeps === undefined ? {} : { kept: readFolder(cas, outcome, keeps) }),
  };
}

function coverageText(
  { run, cas }: TestRun,
  test: ActionOutcome,
  { path, action }: CoverageFile,
): string | undefined {
  const maker = action ? run.outcomes.get(action.id) : test;
  return maker && readOutput(cas, maker, path);
}

/** The files of one folder; one that the store lost is left out. */
function readFolder(
  cas: Pick<Cas, 'get'>,
  outcome: ActionOutcome,
  path: string,
): ReadonlyMap<string, Uint8Array> {
  const files = folderAt(outcome, path.split('/'))?.files ?? [];
  return new Map(
    files.flatMap(({ name, digest }) => {
      const bytes = cas.get(digest);
      return bytes ? [[name, bytes] as const] : [];
    }),
  );
}

/** Text of a file that an action left. */
export function readOutput(cas: Pick<Cas, 'get'>, outcome: ActionOutcome, path: string): string | undefined {
  const folders = path.split('/');
  const name = folders.pop();
  const file = folderAt(outcome, folders)?.files.find((node) => node.name === name);
  const bytes = file && cas.get(file.digest);
  return bytes && Buffer.from(bytes).toString();
}

function folderAt({ output }: ActionOutcome, folders: readonly string[]): ActionOutcome['output'] {
  return folders.reduce((tree, part) => tree?.directories.find(({ name }) => name === part)?.tree, output);
}

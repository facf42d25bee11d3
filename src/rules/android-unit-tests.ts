import { mavenModule } from '../base/index.ts';
import type { MobileSpec } from '../config/index.ts';
import type { ToolName } from './rule.ts';

const ROBOLECTRIC = 'org.robolectric:robolectric';

/** Whether a file of an app is a unit test, or belongs to them. */
export function isUnitTest(path: string): boolean {
  return /^src\/test\/(java|kotlin)\/.*\.(java|kt)$/.test(path);
}

/** Whether a file of an app is a test that runs on a device, or belongs to them. */
export function isDeviceTest(path: string): boolean {
  return /^src\/androidTest\/(java|kotlin)\/.*\.(java|kt)$/.test(path);
}

/** The folder of tests that nothing here runs: those of one variant alone. */
export function folderOfOtherTests(path: string): string | undefined {
  return /^(src\/((androidTest|test)[A-Z]\w*))\/.*\.(java|kt)$/.exec(path)?.[1];
}

export function usesRobolectric({ libraries = [] }: Pick<MobileSpec, 'libraries'>): boolean {
  return libraries.some(({ coordinate }) => mavenModule(coordinate.value) === ROBOLECTRIC);
}

/** Whether a file belongs to tests of any kind, of which the app itself holds nothing. */
export function isOfTests(path: string): boolean {
  return isUnitTest(path) || isDeviceTest(path) || folderOfOtherTests(path) !== undefined;
}

/** What tests of both kinds need beside what builds the app. */
export function androidTestTools(
  spec: Pick<MobileSpec, 'libraries'>,
  paths: readonly string[],
): readonly ToolName[] {
  const hasKotlin = paths.some((path) => isDeviceTest(path) && path.endsWith('.kt'));
  const unit = unitTestTools(spec, paths);
  return hasKotlin && !unit.includes('kotlin') ? ['kotlin', ...unit] : unit;
}

/** What unit tests need beside what builds the app. */
export function unitTestTools(spec: Pick<MobileSpec, 'libraries'>, paths: readonly string[]): ToolName[] {
  if (!paths.some(isUnitTest)) return [];
  return [
    ...(paths.some((path) => isUnitTest(path) && path.endsWith('.kt')) ? (['kotlin'] as const) : []),
    'junit-console',
    'jacoco',
    'jacoco-agent',
    ...(usesRobolectric(spec) ? (['robolectric-android'] as const) : []),
  ];
}

import type { SourceView } from './rule.ts';

/** Names that test runners look for in a folder; a file that is named itself is a test whatever its name. */
const TEST_NAME =
  /(^|\/)(test_[^/]*\.py|[^/]*_test\.py|[^/]+[.-](test|spec)\.[cm]?[jt]sx?|test[^/]*\.sh|[^/]*[._-]test\.sh)$/;

/** The test files that a `tests:` path means: the file, or all below the folder that look like tests; sorted. */
export function testFilesOf(sources: SourceView, path: string): string[] {
  const clean = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  if (sources.paths.includes(clean)) return [clean];
  const isBelow = (each: string): boolean => clean === '.' || each.startsWith(`${clean}/`);
  return sources.paths.filter((each) => isBelow(each) && TEST_NAME.test(each));
}

export const isPythonTest = (path: string): boolean => path.endsWith('.py');
export const isScriptTest = (path: string): boolean => /\.[cm]?[jt]sx?$/.test(path);
export const isShellTest = (path: string): boolean => path.endsWith('.sh');

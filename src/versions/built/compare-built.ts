import type { Diagnostic } from '../../base/index.ts';
import type { VersionCode } from '../diagnostics.ts';
import type { VersionNames } from '../version-names.ts';
import type { BuiltVersion, NameKind, ReadVersions } from './built-version.ts';

/** What may follow the versionName of an app, as its configuration declares it. */
export type SuffixesOf = (path: string) => readonly string[];

/** What of the built files says another version than the release has, and what does not tell. */
export function mismatches(
  read: ReadVersions,
  names: VersionNames,
  suffixesOf: SuffixesOf = () => [],
): readonly Diagnostic[] {
  return [
    ...read.versions.filter((each) => !isRight(each, names, suffixesOf)).map((each) => mismatch(each, names)),
    ...read.unreadable.map(({ path, why }) =>
      problem('version/unreadable', path, {
        message: `its version cannot be read: ${why}`,
        hint: 'build it again, or leave it out of the artifacts',
      }),
    ),
  ];
}

function problem(
  code: VersionCode,
  path: string,
  more: { readonly message: string; readonly hint: string },
): Diagnostic {
  return { code, severity: 'error', path, ...more };
}

function isRight({ path, found, kind }: BuiltVersion, names: VersionNames, suffixesOf: SuffixesOf): boolean {
  if (kind === 'imageTag') return found.split(', ').includes(names.imageTag);
  const expected = expectedOf(kind, names);
  if (found === expected || kind !== 'versionName') return found === expected;
  return suffixesOf(path).some((suffix) => found === `${expected}${suffix}`);
}

function mismatch({ path, field, found, kind }: BuiltVersion, names: VersionNames): Diagnostic {
  const expected = expectedOf(kind, names);
  const shown = found === '' ? 'empty' : found;
  const wanted = expected ?? `of a form that PEP 440 has: ${names.version} has none`;
  const message = `${field} is ${shown}, and for ${names.version} it has to be ${wanted}`;
  return problem('version/mismatch', path, { message, hint: HINTS[kind] });
}

function expectedOf(kind: NameKind, names: VersionNames): string | undefined {
  return kind === 'versionCode' ? String(names.versionCode) : names[kind];
}

const OWN = 'take it out of the build.yaml of the app: it follows from BUILD_VERSION';

const HINTS: Readonly<Record<NameKind, string>> = {
  versionName: OWN,
  versionCode: 'take it out of the build.yaml of the app: it follows from BUILD_NUMBER',
  shortVersion:
    'set MARKETING_VERSION, or CFBundleShortVersionString, from BUILD_VERSION without its prerelease',
  bundleVersion: 'set CURRENT_PROJECT_VERSION, or CFBundleVersion, from BUILD_NUMBER',
  wheel: 'take the version from BUILD_VERSION (`dynamic = ["version"]`) in a step with `stamp: true`',
  npm: 'write BUILD_VERSION into package.json in a step with `stamp: true` (`npm pkg set version=$BUILD_VERSION`), or make it private',
  imageTag: 'tag it with ${BUILD_VERSION}',
  version: 'take the label from BUILD_VERSION: an image with `stamp: true` has it as a build argument',
};

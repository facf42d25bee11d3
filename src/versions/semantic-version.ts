import { compareVersions as compareByEcosystem } from '../packages/index.ts';

/** A semantic version 2.0.0, taken apart. */
export interface SemanticVersion {
  /** Without the `v` that may stand before it. */
  readonly text: string;
  /** Major, minor and patch, as they are written: they may be longer than a number can be. */
  readonly core: readonly [string, string, string];
  readonly prerelease: readonly string[];
  /** What stands behind `+`; of two versions that differ in it alone, none is later. */
  readonly build: string | undefined;
}

const NUMBER = '(?:0|[1-9]\\d*)';
const PRE = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^v?((${NUMBER})\\.(${NUMBER})\\.(${NUMBER})(?:-(${PRE}(?:\\.${PRE})*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?)$`,
);
const MAX_LENGTH = 128;

/** `undefined` for any other text. */
export function parseSemanticVersion(text: string): SemanticVersion | undefined {
  const match = text.length <= MAX_LENGTH ? SEMVER.exec(text) : null;
  if (!match) return undefined;
  const [, whole = '', major = '', minor = '', patch = '', prerelease, build] = match;
  return { text: whole, core: [major, minor, patch], prerelease: prerelease?.split('.') ?? [], build };
}

/** By precedence: below 0 where `a` comes before `b`, 0 where none does. */
export function compareVersions(a: SemanticVersion, b: SemanticVersion): number {
  return compareByEcosystem('npm', a.text, b.text);
}

const NUMBER = '(?:0|[1-9]\\d*)';
const PRE = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][0-9A-Za-z-]*)';
const SEMVER = new RegExp(
  `^v?(${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRE}(?:\\.${PRE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?)$`,
);

/** A semantic version 2.0.0 without the `v` that may stand before it; `undefined` for any other text. */
export function parseReleaseVersion(text: string): string | undefined {
  return text.length <= 128 ? SEMVER.exec(text)?.[1] : undefined;
}

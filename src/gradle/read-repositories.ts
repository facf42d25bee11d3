import type { Reading } from './reading.ts';
import type { Setting } from './settings.ts';
import type { Value } from './value.ts';

const COMMON_REPOSITORIES = new Set([
  'google',
  'mavenCentral',
  'jcenter',
  'gradlePluginPortal',
  'mavenLocal',
]);

/** Told of each that is not one of the usual ones. */
export function readRepositories(reading: Reading, settings: readonly Setting[]): void {
  for (const { name, span, block, values } of settings) {
    if (COMMON_REPOSITORIES.has(name)) continue;
    const address = block?.find((each) => /^(url|setUrl)$/.test(each.name))?.values ?? values;
    const where = reading.evaluator.argumentsOf(address).flatMap(({ value }) => textsIn(value))[0];
    const what = where === undefined ? 'this repository' : `the repository ${where}`;
    reading.gaps.add('gradle/repository', `${what} is not asked`, {
      span,
      hint: 'where a library is only there, name it in COURSIER_REPOSITORIES, beside those that are asked otherwise',
    });
  }
}

/** `'https://…'`, `uri("https://…")` */
function textsIn(value: Value): readonly string[] {
  if (value.kind === 'text') return [value.text];
  return value.kind === 'invocation' ? value.arguments.flatMap((each) => textsIn(each.value)) : [];
}

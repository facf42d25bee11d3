import { textsOf } from './library-files.ts';
import { ignore, missing, type Reading } from './reading.ts';
import type { Setting } from './settings.ts';
import type { Value } from './value.ts';

/** Kinds of sources for which a build looks beside those that Gradle names after the kind. */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  java: ['java', 'kotlin'],
  kotlin: ['java', 'kotlin'],
  manifest: ['AndroidManifest.xml'],
};
/** What is refused by the names of its files wherever it lies. */
const REFUSED_ANYWHERE = new Set(['aidl', 'renderscript', 'jni']);
const LISTS = new Set(['srcDirs', 'srcDir', 'setSrcDirs', 'srcFile', 'directories']);

/** `sourceSets { main { java.srcDirs += 'src/main/kotlin' } }`: places where sources lie anyway say nothing of the app. */
export function readSourceSets(reading: Reading, sets: readonly Setting[]): void {
  for (const set of sets) {
    if (set.isOpaque) reading.gaps.code(set.span);
    for (const kind of set.block ?? []) readKind(reading, set.name, kind);
  }
}

function readKind(reading: Reading, set: string, kind: Setting): void {
  if (kind.isOpaque) reading.gaps.code(kind.span);
  else if (kind.name === 'setRoot') readPlaces(reading, kind, { set, usual: [`src/${set}`] });
  else if (REFUSED_ANYWHERE.has(kind.name)) ignore(reading, kind);
  else {
    const usual = (PLACES[kind.name] ?? [kind.name]).map((place) => `src/${set}/${place}`);
    for (const each of kind.block ?? []) {
      if (each.isOpaque) reading.gaps.code(each.span);
      else if (LISTS.has(each.name)) readPlaces(reading, { ...each, name: kind.name }, { set, usual });
      else tell(reading, each, `\`${each.name}\` of the sources of ${set} is not carried over`);
    }
  }
}

function readPlaces(
  reading: Reading,
  setting: Setting,
  { set, usual }: { readonly set: string; readonly usual: readonly string[] },
): void {
  const values = reading.evaluator.argumentsOf(setting.values).map(({ value }) => value);
  const paths = values.flatMap(pathsOf);
  const unknown = values.find((value) => pathsOf(value).includes(undefined));
  if (unknown) missing(reading, setting, unknown);
  const others = paths.flatMap((path) => (path === undefined || usual.includes(plain(path)) ? [] : [path]));
  if (!unknown && others.length === 0) ignore(reading, setting);
  for (const path of others)
    tell(reading, setting, `\`${setting.name}\` of ${set} in ${path} is not built`, `move it to ${usual[0]}`);
}

/** `'src'`, `['src']`, `files('src')`, `file('AndroidManifest.xml')`. */
function pathsOf(value: Value): readonly (string | undefined)[] {
  if (value.kind === 'invocation' && /^files?$/.test(value.path))
    return value.arguments.flatMap((each) => pathsOf(each.value));
  return textsOf(value);
}

function plain(path: string): string {
  return path.replace(/^\.\/|\/+$/g, '');
}

function tell({ gaps }: Reading, { span }: Setting, message: string, hint?: string): void {
  gaps.add('gradle/setting', message, { span, ...(hint ? { hint } : {}) });
}

import { mavenModule, type Span } from '../../base/index.ts';
import type { AndroidDependency, Classpath, LibraryConfiguration } from '../../config/index.ts';
import type { TargetNeeds } from '../model.ts';
import type { Override, OverrideOptions, WantedVersion } from './override.ts';
import { isSameSeries } from './same-series.ts';
import { yamlBlock } from './yaml-block.ts';

/**
 * A library of the app itself: the highest version that anybody asks for is taken. It stands where it adds nothing but the version,
 * as an app is compiled with the versions that it contains.
 */
export function mavenOverrides(
  wanted: readonly WantedVersion[],
  options: OverrideOptions,
): readonly Override[] {
  return options.requirements.targets.flatMap((target) => {
    const files = options.lock.maven[target.label]?.files ?? [];
    const own = wanted.filter(({ name, from }) => {
      const isAsked = target.maven.some(({ coordinate }) => mavenModule(coordinate.value) === name);
      return !isAsked && files.some((each) => each.name === name && from.includes(each.version));
    });
    const lists = Map.groupBy(own, ({ name }) => {
      const paths = new Set(
        files.filter((each) => each.name === name).flatMap(({ classpaths }) => classpaths),
      );
      return LISTS.find(({ classpath }) => paths.has(classpath));
    });
    return [...lists].flatMap(([list, mine]) =>
      list ? ofList(target, { ...list, wanted: mine }, options) : [],
    );
  });
}

/** By a class path that a library is on, the first that fits: the list that adds it to no other one. */
const LISTS: readonly (Pick<List, 'configuration' | 'beside'> & { readonly classpath: Classpath })[] = [
  { classpath: 'runtime', configuration: 'runtimeOnly', beside: ['implementation', 'api'] },
  { classpath: 'compile', configuration: 'compileOnly', beside: ['implementation', 'api'] },
  ...(['test', 'androidTest'] as const).flatMap((kind) => [
    {
      ...({ classpath: `${kind}Runtime`, configuration: `${kind}RuntimeOnly` } as const),
      beside: [`${kind}Implementation`, 'implementation', 'api'] as const,
    },
    {
      ...({ classpath: `${kind}Compile`, configuration: `${kind}CompileOnly` } as const),
      beside: [`${kind}Implementation`, 'implementation', 'api'] as const,
    },
  ]),
];

/** Libraries that get lines of the same list. */
interface List {
  readonly configuration: LibraryConfiguration;
  /** Lists that a new one may stand behind. */
  readonly beside: readonly LibraryConfiguration[];
  readonly wanted: readonly WantedVersion[];
}

function ofList(
  target: TargetNeeds,
  { configuration, beside, wanted }: List,
  { canWrite }: OverrideOptions,
): Override[] {
  const place = placeFor(target, configuration, beside);
  const path = place?.file.path ?? target.maven[0]?.coordinate.span.file.path ?? '';
  const whyNotAll = !place
    ? `\`android.dependencies\` of ${path} is not written with a line for each list`
    : canWrite(path)
      ? undefined
      : `${path} is a link`;
  let isFirst = true;
  return wanted.map((each): Override => {
    const { ecosystem, name, version, from } = each;
    const coordinate = `${name}:${version}`;
    const other = from.find((old) => !isSameSeries('Maven', old, version));
    const whyNot = other === undefined ? whyNotAll : `${version} may not do what who wants ${other} expects`;
    const found = { wanted: each, subject: target.label, path, line: `${configuration}: [${coordinate}]` };
    if (whyNot !== undefined || !place) return { ...found, whyNot: whyNot ?? '' };
    const span: Span = { file: place.file, start: place.at, end: place.at };
    const head = isFirst ? place.head : '';
    isFirst = false;
    const declared: AndroidDependency = {
      ...{ configuration, kind: 'module', coordinate: { value: coordinate, span } },
      ...{ isStrict: false, isAlone: false, exclude: [] },
    };
    const edit = {
      ...{ ecosystem, name, from: '', span, added: found.line },
      to: `${head}${place.item}${coordinate}${place.lineEnd}`,
      library: { label: target.label, behind: place.behind, declared },
    };
    return { ...found, edit };
  });
}

interface ListPlace {
  readonly file: Span['file'];
  readonly at: number;
  /** The line of a new list. */
  readonly head: string;
  /** What a line begins with. */
  readonly item: string;
  readonly lineEnd: string;
  /** What stands before it in the order of the file. */
  readonly behind: AndroidDependency;
}

/** At the end of the list, or behind another one where there is none. */
function placeFor(
  { maven }: TargetNeeds,
  configuration: LibraryConfiguration,
  beside: readonly LibraryConfiguration[],
): ListPlace | undefined {
  const own = maven.filter(({ module }) => module === undefined);
  const lastOf = (wanted: LibraryConfiguration): AndroidDependency | undefined =>
    own.findLast((each) => each.configuration === wanted);
  const listed = lastOf(configuration);
  const behind = listed ?? beside.map(lastOf).find((each) => each !== undefined);
  if (!behind) return undefined;
  const { file, start } = behind.coordinate.span;
  const block = yamlBlock(file.text, behind.configuration, start);
  if (!block) return undefined;
  const { indent, end: at, lineEnd } = block;
  if (!listed) {
    if (new RegExp(`^ *${configuration}:`, 'm').test(file.text)) return undefined;
    return { file, at, head: `${indent}${configuration}:${lineEnd}`, item: `${indent}  - `, lineEnd, behind };
  }
  const line = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
  const [item] = /^ *- /.exec(line) ?? [];
  return item === undefined ? undefined : { file, at, head: '', item, lineEnd, behind };
}

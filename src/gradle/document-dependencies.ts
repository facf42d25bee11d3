import type { DependencyFact } from './facts.ts';
import type { Gaps } from './gaps.ts';
import type { ModuleNames } from './module-names.ts';

/** As `android.dependencies` takes them; what is not so is told rather than written. */
const COORDINATE = /^[A-Za-z0-9_][\w.-]{0,200}:[A-Za-z0-9_][\w.-]{0,200}(:[A-Za-z0-9][\w.+-]{0,100}(!!)?)?$/;
const MODULE = /^(\*|[A-Za-z0-9_][\w.-]{0,200}):(\*|[A-Za-z0-9_][\w.-]{0,200})$/;

type Entry = string | Readonly<Record<string, unknown>>;

/** `android.dependencies`; `undefined` where there are none. */
export function dependencyKeys(
  dependencies: readonly DependencyFact[],
  gaps: Gaps,
  names: ModuleNames,
): Readonly<Record<string, readonly Entry[]>> | undefined {
  const lists = new Map<string, Entry[]>();
  for (const dependency of dependencies) {
    const { configuration, coordinate, exclude } = dependency;
    if (coordinate.value.startsWith(':')) {
      const name = moduleName(dependency, gaps, names);
      if (name !== undefined) lists.set(configuration, [...(lists.get(configuration) ?? []), `:${name}`]);
      continue;
    }
    if (!COORDINATE.test(coordinate.value) || !exclude.every((text) => MODULE.test(text))) {
      gaps.add('gradle/dependency', `${coordinate.value} is not carried over: it is no Maven coordinate`, {
        span: coordinate.span,
      });
      continue;
    }
    const list = lists.get(configuration) ?? [];
    list.push(entryOf(dependency));
    lists.set(configuration, list);
  }
  return lists.size === 0 ? undefined : Object.fromEntries(lists);
}

/** Of a module of the build; what cannot be taken is told. */
function moduleName(
  { configuration, coordinate }: DependencyFact,
  gaps: Gaps,
  names: ModuleNames,
): string | undefined {
  const { value, span } = coordinate;
  const isTaken = configuration === 'implementation' || configuration === 'api';
  const name = names.of(value);
  if (isTaken && name !== undefined) return name;
  const why = isTaken
    ? 'its build file was not found'
    : `MobileBuild takes a module by \`implementation\` or \`api\`, not by \`${configuration}\``;
  gaps.add('gradle/dependency', `the module ${value} is not carried over: ${why}`, { span });
  return undefined;
}

function entryOf({ coordinate, isPlatform, isTransitive, exclude }: DependencyFact): Entry {
  const { value } = coordinate;
  if (!isPlatform && isTransitive && exclude.length === 0) return value;
  return {
    [isPlatform ? 'platform' : 'module']: value,
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(isTransitive ? {} : { transitive: false }),
  };
}

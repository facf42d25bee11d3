import type { Evaluator } from './evaluator.ts';
import { settingsOf } from './settings.ts';
import type { NamedValue, Value } from './value.ts';

/** Paths of all files below a folder of the project, relative to that folder; `undefined` for one outside. */
export type ListFiles = (folder: string) => readonly string[] | undefined;

type Call = Value & { readonly kind: 'invocation' };

interface FileTree {
  readonly folder: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * What `files('libs/a.jar')` or `fileTree(dir: 'libs', include: ['*.jar'])` of a module means, relative to the module;
 * `undefined` where that is known only when Gradle runs.
 */
export function libraryFiles(
  call: Call,
  evaluator: Evaluator,
  list: ListFiles,
): readonly string[] | undefined {
  if (call.path === 'files') return textsIn(call.arguments);
  const tree = treeOf(call, evaluator);
  if (!tree) return undefined;
  const { folder, include, exclude } = tree;
  const isIn = (path: string, patterns: readonly string[]): boolean =>
    patterns.some((each) => antPattern(each).test(path));
  return list(folder)
    ?.filter((path) => (include.length === 0 || isIn(path, include)) && !isIn(path, exclude))
    .map((path) => `${folder}/${path}`);
}

/** `fileTree('libs') { include '*.jar' }`, `fileTree(dir: 'libs', include: '*.jar')`, and Kotlin's `mapOf("dir" to "libs")`. */
function treeOf({ arguments: list, block }: Call, evaluator: Evaluator): FileTree | undefined {
  const within = block ? settingsOf(block) : [];
  const given = [
    ...list.flatMap(pairsOf),
    ...within.flatMap(({ name, values }) =>
      evaluator.argumentsOf(values).map(({ value }) => ({ name, value })),
    ),
  ];
  const texts = (name: string): readonly string[] | undefined =>
    textsIn(given.filter((each) => (each.name ?? 'dir') === name));
  const [folders, include, exclude] = [texts('dir'), texts('include'), texts('exclude')];
  const isKnown = given.every(({ name = 'dir' }) => ['dir', 'include', 'exclude'].includes(name));
  if (!isKnown || folders?.length !== 1 || !include || !exclude) return undefined;
  return { folder: folders[0]!.replace(/^\.\/|\/+$/g, ''), include, exclude };
}

/** Arguments, also those that stand in a map. */
function pairsOf({ name, value }: NamedValue): readonly NamedValue[] {
  if (name !== undefined) return [{ name, value }];
  if (value.kind === 'map') return [...value.entries].map(([key, each]) => ({ name: key, value: each }));
  if (value.kind !== 'invocation' || value.path !== 'mapOf') return [{ value }];
  return value.arguments.map(({ value: pair }) => {
    const [key, each] = pair.kind === 'invocation' && pair.path === 'to' ? pair.arguments : [];
    return key?.value.kind === 'text' && each ? { name: key.value.text, value: each.value } : { value: pair };
  });
}

/** Texts and lists of texts; `undefined` where one is something else. */
function textsIn(values: readonly NamedValue[]): readonly string[] | undefined {
  const all = values.flatMap(({ value }) => textsOf(value));
  return all.every((each) => each !== undefined) ? all : undefined;
}

/** Of a text or of lists of texts; `undefined` for each thing that is something else. */
export function textsOf(value: Value): readonly (string | undefined)[] {
  if (value.kind === 'text') return [value.text];
  if (value.kind === 'list') return value.items.flatMap(textsOf);
  if (value.kind === 'invocation' && /^(listOf|setOf|arrayOf)$/.test(value.path))
    return value.arguments.flatMap((each) => textsOf(each.value));
  return [undefined];
}

/** `*` and `?` stay in a folder, `**` does not. */
function antPattern(pattern: string): RegExp {
  const parts = pattern.split('/').map((part) => {
    if (part === '**') return '(?:[^/]+/)*';
    const text = part
      .replaceAll(/[^\w*?]/g, '\\$&')
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    return `${text}/`;
  });
  const whole = parts.join('').replace(/\/$/, '');
  return new RegExp(`^${pattern.endsWith('**') ? `${whole}[^/]*` : whole}$`);
}

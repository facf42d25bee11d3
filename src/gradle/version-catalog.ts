import type { SourceFile } from '../base/index.ts';
import { parseToml, type TomlValue } from './toml.ts';
import type { Found } from './value.ts';

/** `gradle/libs.versions.toml`: names for versions, libraries and plugins. */
export interface VersionCatalog {
  /** What build files call it. */
  readonly name: string;
  version(path: readonly string[]): string | undefined;
  /** Maven coordinates of a library or of all in a bundle; without a version where the catalog has none. */
  libraries(path: readonly string[]): readonly Found<string>[] | undefined;
  /** The id of a plugin. */
  plugin(path: readonly string[]): string | undefined;
}

type Table = ReadonlyMap<string, TomlValue>;

export function versionCatalog(file: SourceFile | undefined, name = 'libs'): VersionCatalog {
  const tables = file ? parseToml(file) : new Map<string, Table>();
  const table = (of: string): Table => byAccessor(tables.get(of) ?? new Map());
  const [versions, libraries, plugins, bundles] = ['versions', 'libraries', 'plugins', 'bundles'].map(table);
  const version = (key: string): string | undefined => versionText(versions!.get(accessor(key)), undefined);
  const library = (key: string): Found<string> | undefined => {
    const value = libraries!.get(accessor(key));
    const coordinate = value && coordinateOf(value, version);
    return coordinate === undefined ? undefined : { value: coordinate, span: value!.span };
  };
  return {
    name,
    version: (path) => version(path.join('.')),
    libraries: (path) => {
      if (path[0] !== 'bundles') return listOf(library(path.join('.')));
      const bundle = bundles!.get(path.slice(1).join('.'));
      const found = bundle?.kind === 'list' ? bundle.items.map((each) => library(textOf(each) ?? '')) : [];
      return found.length > 0 && found.every((each) => each !== undefined) ? found : undefined;
    },
    plugin: (path) => {
      const value = plugins!.get(path.join('.'));
      if (value?.kind === 'text') return value.text.split(':')[0];
      return value?.kind === 'table' ? textOf(value.entries.get('id')) : undefined;
    },
  };
}

function listOf<T>(value: T | undefined): readonly T[] | undefined {
  return value === undefined ? undefined : [value];
}

/** Build files write `a.b.c` for `a-b_c`. */
function accessor(key: string): string {
  return key.replaceAll(/[-_]/g, '.');
}

function byAccessor(table: Table): Table {
  return new Map([...table].map(([key, value]) => [accessor(key), value]));
}

function textOf(value: TomlValue | undefined): string | undefined {
  return value?.kind === 'text' ? value.text : undefined;
}

type Lookup = (key: string) => string | undefined;

function coordinateOf(value: TomlValue, version: Lookup): string | undefined {
  if (value.kind === 'text') return value.text;
  if (value.kind !== 'table') return undefined;
  const { entries } = value;
  const [group, name] = [textOf(entries.get('group')), textOf(entries.get('name'))];
  const module = textOf(entries.get('module')) ?? (group && name ? `${group}:${name}` : undefined);
  if (module === undefined) return undefined;
  const wanted = entries.get('version');
  if (!wanted) return module;
  const found = versionText(wanted, version);
  return found === undefined ? undefined : `${module}:${found}`;
}

/** A rich version as the one text that says the same: what it requires, strictly or not. */
function versionText(value: TomlValue | undefined, version: Lookup | undefined): string | undefined {
  if (value?.kind === 'text') return value.text;
  if (value?.kind !== 'table') return undefined;
  const reference = textOf(value.entries.get('ref'));
  if (reference !== undefined) return version?.(reference);
  return ['strictly', 'require', 'prefer']
    .map((key) => textOf(value.entries.get(key)))
    .find((text) => text !== undefined);
}

import { compareVersions } from '../packages/index.ts';
import { MARKER } from './metadata-reader.ts';

/** A module that a POM asks for in a range: nothing outside it will do. */
export interface HardRange {
  /** `group:artifact`. */
  readonly module: string;
  /** As Maven writes it: `[1.0,2.0)`. */
  readonly range: string;
}

/**
 * What a library's POM asks for in ranges, where it runs with it. Properties and managed versions are those of the POM itself: what a
 * parent says is not read. Of a POM beside Gradle's own metadata nothing, as those say it for Gradle, and without ranges.
 */
export function hardRanges(pom: string): readonly HardRange[] {
  if (pom.includes(MARKER)) return [];
  const text = without(pom, ['!--', 'build', 'profiles', 'reporting']);
  const properties = propertiesOf(text);
  const managed = new Map(
    dependenciesOf(blockOf(text, 'dependencyManagement'), properties).map((each) => [
      each.module,
      each.version,
    ]),
  );
  return dependenciesOf(without(text, ['dependencyManagement']), properties).flatMap(
    ({ module, version = managed.get(module), scope, isOptional }) =>
      isOptional || /^(test|provided|system)$/.test(scope) || version === undefined || !/^[[(]/.test(version)
        ? []
        : [{ module, range: version.replace(/\s+/g, '') }],
  );
}

/** Whether the version lies in one of the intervals; `undefined` for what is no range. */
export function isInRange(range: string, version: string): boolean | undefined {
  if (!/^(?:[[(][^[\]()]*[\])])(?:,[[(][^[\]()]*[\])])*$/.test(range)) return undefined;
  return [...range.matchAll(/([[(])([^[\]()]*)([\])])/g)].some(([, open, inner = '', close]) => {
    const [low = '', high = inner.includes(',') ? '' : low, ...more] = inner.split(',');
    if (more.length > 0) return false;
    const above = low === '' ? 1 : compareVersions('Maven', version, low);
    const below = high === '' ? -1 : compareVersions('Maven', version, high);
    return (open === '[' ? above >= 0 : above > 0) && (close === ']' ? below <= 0 : below < 0);
  });
}

interface PomDependency {
  readonly module: string;
  readonly version: string | undefined;
  readonly scope: string;
  readonly isOptional: boolean;
}

function dependenciesOf(text: string, properties: ReadonlyMap<string, string>): readonly PomDependency[] {
  const filled = (value: string): string =>
    value.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) => properties.get(name) ?? whole);
  return cut(text, 'dependency').inside.map((block) => {
    const own = without(block, ['exclusions']);
    const field = (name: string): string => filled(blockOf(own, name).trim());
    return {
      module: `${field('groupId')}:${field('artifactId')}`,
      version: field('version') || undefined,
      scope: field('scope') || 'compile',
      isOptional: field('optional') === 'true',
    };
  });
}

function propertiesOf(text: string): ReadonlyMap<string, string> {
  const own = without(text, ['parent', 'dependencies', 'dependencyManagement']);
  const named = [...blockOf(text, 'properties').matchAll(/<([\w.-]+)>([^<]*)<\/\1>/g)];
  const version = blockOf(own, 'version').trim() || blockOf(blockOf(text, 'parent'), 'version').trim();
  const group = blockOf(own, 'groupId').trim() || blockOf(blockOf(text, 'parent'), 'groupId').trim();
  return new Map([
    ...named.map(([, name = '', value = '']): [string, string] => [name, value.trim()]),
    ['project.version', version],
    ['project.groupId', group],
  ]);
}

/** What stands in the first element of the name. */
function blockOf(text: string, name: string): string {
  return cut(text, name).inside[0] ?? '';
}

function without(text: string, names: readonly string[]): string {
  return names.reduce((left, name) => cut(left, name).outside, text);
}

/** The contents of all elements of the name (`!--` are comments), and what is left without them, in one pass. */
function cut(text: string, name: string): { readonly inside: readonly string[]; readonly outside: string } {
  const [open, close] = name === '!--' ? ['<!--', '-->'] : [`<${name}>`, `</${name}>`];
  const inside: string[] = [];
  let outside = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf(open, at);
    const end = start < 0 ? -1 : text.indexOf(close, start + open.length);
    if (end < 0) return { inside, outside: outside + text.slice(at) };
    inside.push(text.slice(start + open.length, end));
    outside += text.slice(at, start);
    at = end + close.length;
  }
}

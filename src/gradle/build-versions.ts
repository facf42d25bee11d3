import type { SourceFile } from '../base/index.ts';
import { parseProperties } from './properties.ts';
import type { ReadFile } from './read-project.ts';
import { parseToml } from './toml.ts';
import type { Found } from './value.ts';

/** Versions that a Gradle project asks for, as far as its files say them. */
export interface BuildVersions {
  /** By the wrapper. */
  readonly gradle?: Found<string>;
  /** Of the Android Gradle plugin. */
  readonly plugin?: Found<string>;
  /** What the wrapper fetches; `gradle-8.9-bin` for its name in Gradle's user home. */
  readonly distribution?: Found<string>;
  readonly distributionUrl?: Found<string>;
  readonly hasChecksum: boolean;
  readonly usesAndroid: boolean;
}

export const WRAPPER_PROPERTIES = 'gradle/wrapper/gradle-wrapper.properties';

const BUILD_FILES = ['settings.gradle', 'build.gradle'].flatMap((path) => [path, `${path}.kts`]);

/** `more`: build files of modules. */
export function buildVersions(readFile: ReadFile, more: readonly SourceFile[] = []): BuildVersions {
  const wrapper = readFile(WRAPPER_PROPERTIES);
  const properties = wrapper && parseProperties(wrapper);
  const url = properties?.get('distributionUrl');
  const [, name, version] = url ? (/([^/]*?-(\d[\w.-]*?)(?:-(?:bin|all))?)\.zip$/.exec(url.value) ?? []) : [];
  const own = BUILD_FILES.flatMap((path) => readFile(path) ?? []);
  const catalog = readFile('gradle/libs.versions.toml');
  const files = [...own, ...more];
  const plugin = [...files.map(pluginVersion), catalog && catalogVersion(catalog)].find(
    (each) => each !== undefined,
  );
  const texts = [...files, ...(catalog ? [catalog] : [])].map(({ text }) => text);
  return {
    ...(url && version !== undefined ? { gradle: { value: version, span: url.span } } : {}),
    ...(url && name !== undefined ? { distribution: { value: name, span: url.span } } : {}),
    ...(url ? { distributionUrl: url } : {}),
    ...(plugin ? { plugin } : {}),
    hasChecksum: properties?.has('distributionSha256Sum') ?? false,
    usesAndroid: texts.some((text) => /com\.android\.(application|library|tools\.build)/.test(text)),
  };
}

/** `id 'com.android.application' version '8.5.0'`, `classpath 'com.android.tools.build:gradle:8.5.0'` */
const PLUGIN =
  /(?:com\.android\.(?:application|library|base)["']\s*\)?\s*version\s*\(?\s*["']|com\.android\.tools\.build:gradle:)(\d[\w.-]*)/;

function pluginVersion(file: SourceFile): Found<string> | undefined {
  const text = file.text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (comment) => ' '.repeat(comment.length));
  const match = PLUGIN.exec(text);
  if (!match) return undefined;
  return { value: match[1]!, span: { file, start: match.index, end: match.index + match[0].length } };
}

function catalogVersion(file: SourceFile): Found<string> | undefined {
  const tables = parseToml(file);
  for (const value of tables.get('plugins')?.values() ?? []) {
    const { span } = value;
    if (value.kind === 'text' && value.text.startsWith('com.android.application:'))
      return { value: value.text.split(':')[1]!, span };
    if (value.kind !== 'table') continue;
    const id = value.entries.get('id');
    const version = value.entries.get('version');
    if (id?.kind !== 'text' || id.text !== 'com.android.application' || !version) continue;
    if (version.kind === 'text') return { value: version.text, span };
    const reference = version.kind === 'table' ? version.entries.get('ref') : undefined;
    const named = reference?.kind === 'text' ? tables.get('versions')?.get(reference.text) : undefined;
    if (named?.kind === 'text') return { value: named.text, span: named.span };
  }
  return undefined;
}

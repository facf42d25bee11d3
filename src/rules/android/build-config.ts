import type { LiteralFile, Origin } from '../../action/index.ts';
import type { Span } from '../../base/index.ts';
import type { StampName } from '../../config/index.ts';
import type { Stamp } from '../rule.ts';

/** What `BuildConfig` tells of a variant. */
export interface BuildConfigFacts {
  readonly namespace: string;
  readonly applicationId: string;
  readonly buildType: string;
  readonly flavor: string;
  readonly isDebuggable: boolean;
  readonly fields: readonly JavaField[];
}

/** A constant; one that is `stamped` is an expression that javac does not carry into other classes. */
export interface JavaField {
  readonly name: string;
  readonly type: string;
  readonly expression: string;
  readonly isStamped: boolean;
  /** Where it is declared. */
  readonly span?: Span | undefined;
}

/** As in the document, for a build that says no version. */
export const UNVERSIONED = '1.0.0-dev';

export function stampValue(stamp: Stamp, name: StampName, type = 'String'): string {
  switch (name) {
    case 'BUILD_NUMBER':
      return String(stamp.buildNumber);
    case 'BUILD_VERSION':
      return stamp.version || UNVERSIONED;
    case 'BUILD_ID':
      return stamp.buildId;
    case 'GIT_COMMIT':
      return stamp.commit;
    case 'BUILD_TIME':
      if (type === 'long') return String(stamp.commitTime * 1000);
      return new Date(stamp.commitTime * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

/** `BuildConfig.java`. A `DEBUG` that is true is no constant expression, as in Android's own builds. */
export function buildConfigSource(facts: BuildConfigFacts): LiteralFile {
  const { namespace, fields } = facts;
  const own = [
    `  public static final boolean DEBUG = ${facts.isDebuggable ? 'Boolean.parseBoolean("true")' : 'false'};`,
    `  public static final String APPLICATION_ID = ${javaString(facts.applicationId)};`,
    `  public static final String BUILD_TYPE = ${javaString(facts.buildType)};`,
    ...(facts.flavor === '' ? [] : [`  public static final String FLAVOR = ${javaString(facts.flavor)};`]),
  ];
  const lines = [
    `package ${namespace};`,
    '',
    'public final class BuildConfig {',
    ...own,
    ...fields.map(({ type, name, expression }) => `  public static final ${type} ${name} = ${expression};`),
    '}',
    '',
  ];
  return { path: buildConfigPath(namespace), content: lines.join('\n'), isExecutable: false };
}

/** The same of a library. All that a variant decides is no constant expression, so that the library is compiled once. */
export function libraryConfigSource(
  facts: Pick<BuildConfigFacts, 'namespace' | 'buildType' | 'isDebuggable' | 'fields'>,
): LiteralFile {
  const { namespace, fields } = facts;
  const lines = [
    `package ${namespace};`,
    '',
    'public final class BuildConfig {',
    `  public static final boolean DEBUG = Boolean.parseBoolean("${facts.isDebuggable}");`,
    `  public static final String LIBRARY_PACKAGE_NAME = ${javaString(namespace)};`,
    `  public static final String BUILD_TYPE = ${stamped('String', facts.buildType)};`,
    ...fields.map(({ type, name, expression }) => `  public static final ${type} ${name} = ${expression};`),
    '}',
    '',
  ];
  return { path: buildConfigPath(namespace), content: lines.join('\n'), isExecutable: false };
}

/** Where the fields of a `BuildConfig.java` are declared. */
export function configOrigin({ path, content }: LiteralFile, fields: readonly JavaField[]): Origin {
  const lines = content.split('\n').flatMap((line, index) => {
    const name = /^ {2}public static final \S+ (\w+) = /.exec(line)?.[1];
    const span = fields.find((field) => field.name === name)?.span;
    return span ? [[index + 1, span] as const] : [];
  });
  return { file: path, lines: Object.fromEntries(lines) };
}

export function buildConfigPath(namespace: string): string {
  return `gen/${namespace.replaceAll('.', '/')}/BuildConfig.java`;
}

/** The same source with stamped values left out, for what is compiled against it: a commit does not change it. */
export function withoutStamp(facts: BuildConfigFacts): BuildConfigFacts {
  return {
    ...facts,
    fields: facts.fields.map((field) =>
      field.isStamped ? { ...field, expression: stamped(field.type, '0') } : field,
    ),
  };
}

/** An expression of this value that is no constant expression of Java (JLS 15.29). */
export function stamped(type: string, value: string): string {
  if (type === 'int') return `Integer.parseInt(${javaString(value)})`;
  if (type === 'long') return `Long.parseLong(${javaString(value)})`;
  return `String.valueOf((Object) ${javaString(value)})`;
}

export function javaString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may stand in a literal as it is
  const escaped = text.replace(/[\\"\u0000-\u001f]/g, (character) =>
    /[\\"]/.test(character) ? `\\${character}` : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
  return `"${escaped}"`;
}

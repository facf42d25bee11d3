import type { z } from 'zod';
import { type Checked, type Diagnostic, hasErrors, nearest, type SourceFile } from '../base/index.ts';
import { explainIssues } from './explain-issue.ts';
import type { Variables } from './interpolate.ts';
import type { Located } from './model.ts';
import type { KeyPath, Places } from './place.ts';
import { readYaml } from './read-yaml.ts';
import { API_VERSION } from './shapes.ts';
import { shortened } from './walk-value.ts';

export interface ParseOptions {
  /** Values for `${NAME}`; BUILD_VERSION is `spec.version` unless given, REGISTRY the document's. */
  readonly variables?: Variables;
}

/** What a parser gives: the value when there was no error, and the variables that were asked for. */
export interface Parsed<T> extends Checked<T | undefined> {
  readonly variables: ReadonlySet<string>;
}

/** A value of the right shape, with its places. */
export interface Shaped<Raw> {
  readonly raw: Raw;
  readonly places: Places;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The text at `path` with its place. */
  readonly locate: <T>(value: T, path: KeyPath) => Located<T>;
}

export const KINDS = ['BuildConfiguration', 'ComponentBuild', 'MobileBuild', 'ImageBuild'] as const;
export type Kind = (typeof KINDS)[number];

/** Variables of the document that have a value of their own there. */
const STANDARD: Variables = { REGISTRY: 'ghcr.io/spiralgang' };

/** With these a part of the value is not there, so that its shape says nothing. */
const CUT_SHORT = new Set(['config/alias-limit', 'config/too-deep']);

const SHOWN_PROBLEMS = 50;

/** Reads a file of one kind: YAML, then its head, then its shape, then what `build` makes of it. */
export function parseKind<Raw, T>(
  source: SourceFile,
  {
    kind,
    shape,
    build,
    variables = {},
  }: {
    kind: Kind;
    shape: z.ZodType<Raw>;
    build: (shaped: Shaped<Raw>) => T;
  } & ParseOptions,
): Parsed<T> {
  const { yaml, diagnostics: found } = readYaml(source, (peek) => {
    const version = kind === 'BuildConfiguration' ? peek(['spec', 'version']) : undefined;
    return { ...STANDARD, ...(version === undefined ? {} : { BUILD_VERSION: version }), ...variables };
  });
  const diagnostics = [...found];
  const used = yaml?.variables ?? new Set<string>();
  if (!yaml) return { value: undefined, diagnostics: limited(diagnostics, source), variables: used };
  const head = headProblems(yaml.value, yaml.places, kind);
  if (head || diagnostics.some(({ code }) => CUT_SHORT.has(code))) {
    diagnostics.push(...(head ?? []));
    return { value: undefined, diagnostics: limited(diagnostics, source), variables: used };
  }
  const value = shapedValue(yaml.value, { places: yaml.places, shape, build, diagnostics });
  return { value, diagnostics: limited(diagnostics, source), variables: used };
}

function shapedValue<Raw, T>(
  value: unknown,
  {
    places,
    shape,
    build,
    diagnostics,
  }: {
    places: Places;
    shape: z.ZodType<Raw>;
    build: (shaped: Shaped<Raw>) => T;
    diagnostics: Diagnostic[];
  },
): T | undefined {
  // The words are ours: the library's would ask a value for the name of its constructor, and a user may have written that key.
  const checked = shape.safeParse(value, { jitless: true, error: () => '' });
  if (!checked.success) {
    diagnostics.push(...explainIssues(checked.error.issues, { value, places, shape }));
    return undefined;
  }
  const built = build({
    raw: checked.data,
    places,
    report: (diagnostic) => diagnostics.push(diagnostic),
    locate: (each, path) => ({ value: each, span: places.spanOf(path) }),
  });
  return hasErrors(diagnostics) ? undefined : built;
}

/** A file of another kind or version would give a flood of unknown keys; its head is the one problem to show. */
function headProblems(value: unknown, places: Places, kind: Kind): Diagnostic[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { apiVersion, kind: given } = value as Record<string, unknown>;
  const problems: Diagnostic[] = [];
  if (apiVersion !== undefined && apiVersion !== API_VERSION) {
    problems.push({
      code: 'config/wrong-api-version',
      severity: 'error',
      message: `${textOf(apiVersion)} is no apiVersion that is read here`,
      hint: `write apiVersion: ${API_VERSION}`,
      span: places.spanOf(['apiVersion']),
    });
  }
  if (given !== undefined && given !== kind) {
    const near = typeof given === 'string' && nearest(given, [kind]) !== undefined;
    problems.push({
      code: 'config/wrong-kind',
      severity: 'error',
      message: `this file holds a ${kind}, not ${textOf(given)}`,
      hint: near ? `did you mean \`${kind}\`?` : `write kind: ${kind}`,
      span: places.spanOf(['kind']),
    });
  }
  return problems.length > 0 ? problems : undefined;
}

const textOf = (value: unknown): string =>
  typeof value === 'object' ? 'this' : `\`${shortened(String(value))}\``;

/** In order of their places, and never more than a person would read. */
function limited(diagnostics: readonly Diagnostic[], source: SourceFile): Diagnostic[] {
  const sorted = [...diagnostics].sort((a, b) => (a.span?.start ?? 0) - (b.span?.start ?? 0));
  if (sorted.length <= SHOWN_PROBLEMS) return sorted;
  const rest = sorted.length - SHOWN_PROBLEMS;
  const more: Diagnostic = {
    code: 'config/more-problems',
    severity: 'error',
    message: `${rest} more problems in this file are not shown`,
    path: source.path,
  };
  return [...sorted.slice(0, SHOWN_PROBLEMS), more];
}

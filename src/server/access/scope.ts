import { fail, ok, type Result } from '../../base/index.ts';
import { isNpmName, normalizeName } from '../../packages/index.ts';
import { NAME as ARTIFACT_NAME } from '../artifacts/names.ts';
import { isRepository } from '../oci/paths.ts';

/** Faces whose names a token may be limited to. Builds have none: a token may do all of them or nothing. */
export const SCOPE_FACES = ['oci', 'npm', 'pypi', 'artifacts', 'builds'] as const;
export type ScopeFace = (typeof SCOPE_FACES)[number];

/** One name of a face, or all that begin with a text. */
export interface Pattern {
  readonly face: ScopeFace;
  /** As the face writes its names. */
  readonly text: string;
  readonly isPrefix: boolean;
}

/** What a token is for. */
export interface Scope {
  /** `oci:team/app/*,npm:@team/*`: what `parseScope` takes and the database keeps. */
  readonly text: string;
  readonly patterns: readonly Pattern[];
}

/** Names that a list shows to somebody; nothing for all. */
export type Seen = readonly Pattern[] | undefined;

const MOST_CHARACTERS = 2000;
/** Of no face's name anything else is made; none of it means anything to SQL's GLOB. */
const PREFIX = /^[A-Za-z0-9@._+~/-]{0,200}$/;
const FORM = `each is \`FACE:NAME\`, or \`FACE:BEGINNING*\`; faces are ${SCOPE_FACES.join(', ')}`;

/** Reads patterns with commas between them; says what is wrong with the first that is none. */
export function parseScope(text: string): Result<Scope, string> {
  if (text.length > MOST_CHARACTERS)
    return fail(`it has more than ${MOST_CHARACTERS} characters: make a token for each use`);
  const patterns: Pattern[] = [];
  for (const each of text.split(',').map((part) => part.trim())) {
    const pattern = parsePattern(each);
    if (!pattern.ok) return fail(`\`${each.slice(0, 100)}\`: ${pattern.failure}`);
    patterns.push(pattern.value);
  }
  return ok({ text: patterns.map(patternText).join(','), patterns });
}

/** What the database has. A text that this version cannot read covers nothing. */
export function keptScope(text: string | null): Scope | undefined {
  if (text === null) return undefined;
  const scope = parseScope(text);
  return scope.ok ? scope.value : { text, patterns: [] };
}

export function covers({ patterns }: Scope, face: ScopeFace, name: string): boolean {
  const normal = normalName(face, name);
  return patterns.some(
    (each) => each.face === face && (each.isPrefix ? normal.startsWith(each.text) : normal === each.text),
  );
}

/** Different for what shows different names. */
export function seenText(seen: Seen): string {
  return seen === undefined ? 'all' : seen.map(patternText).join(',');
}

function patternText({ face, text, isPrefix }: Pattern): string {
  return `${face}:${text}${isPrefix ? '*' : ''}`;
}

function parsePattern(pattern: string): Result<Pattern, string> {
  const colon = pattern.indexOf(':');
  const face = SCOPE_FACES.find((each) => each === pattern.slice(0, Math.max(0, colon)));
  if (face === undefined) return fail(FORM);
  const written = pattern.slice(colon + 1);
  const isPrefix = written.endsWith('*');
  const text = normalName(face, isPrefix ? written.slice(0, -1) : written);
  if (face === 'builds') {
    return written === '*'
      ? ok({ face, text, isPrefix })
      : fail('builds have no names: `builds:*` is all of them');
  }
  if (isPrefix ? PREFIX.test(text) : isName(face, text)) return ok({ face, text, isPrefix });
  return fail(`that is no name of ${face}, nor the beginning of one with \`*\` behind it`);
}

function isName(face: Exclude<ScopeFace, 'builds'>, name: string): boolean {
  switch (face) {
    case 'oci':
      return isRepository(name);
    case 'npm':
      return isNpmName(name);
    case 'pypi':
      return /^[a-z0-9](?:[a-z0-9-]{0,98}[a-z0-9])?$/.test(name);
    case 'artifacts':
      return ARTIFACT_NAME.safeParse(name).success;
  }
}

/** Python's index has one project under many spellings. */
function normalName(face: ScopeFace, name: string): string {
  return face === 'pypi' ? normalizeName('PyPI', name) : name;
}

import type { Consequences } from '../contents/consequences.ts';
import type { CauseKind, Side } from '../model.ts';
import { isOfBuild, timesIn } from './times.ts';

/** A part of a text that depends on the build that wrote it. */
export interface Mark {
  readonly at: number;
  readonly kind: CauseKind;
  readonly value: string;
}

export interface MarkContext {
  readonly which: 'a' | 'b';
  readonly side: Side;
  readonly consequences: Consequences;
  readonly areUnwatched?: true | undefined;
}

/** In this order: what an earlier one takes, a later one does not see. */
type Finder = (text: string, context: MarkContext) => Iterable<Mark>;

/** The marks of one side in a text, none within another, in their order. */
export function marksIn(text: string, context: MarkContext): Mark[] {
  const taken = new Uint8Array(text.length);
  const marks: Mark[] = [];
  for (const find of FINDERS) {
    for (const mark of find(text, context)) {
      const { at, value } = mark;
      const end = at + value.length;
      if (value === '' || taken.subarray(at, end).includes(1)) continue;
      taken.fill(1, at, end);
      marks.push(mark);
    }
  }
  return marks.sort((one, two) => one.at - two.at);
}

/** The text with a sign in place of each mark: equal where nothing but marks differs. */
export function withoutMarks(text: string, marks: readonly Mark[]): string {
  let plain = '';
  let from = 0;
  for (const { at, kind, value } of marks) {
    plain += `${text.slice(from, at)}\u0000${kind}\u0000`;
    from = at + value.length;
  }
  return plain + text.slice(from);
}

function all(
  pattern: RegExp,
  kind: CauseKind,
  isMeant: (value: string) => boolean = () => true,
): (text: string) => Iterable<Mark> {
  return function* (text) {
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? match[0];
      if (isMeant(value)) yield { at: match.index + match[0].lastIndexOf(value), kind, value };
    }
  };
}

const R8 = /(?:r8-map-id-|pg_map_id: |pg_map_hash: SHA-256 |"(?:pg-map-id|r8-map-id)": ?")([0-9a-f]{7,64})/g;
const UUID = /(?<![0-9a-f])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-f])/gi;
const DIGEST = /(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{7,128}={0,2}/g;
const HEX = /(?<![0-9a-zA-Z])[0-9a-f]{8,128}(?![0-9a-zA-Z])/gi;
const POINTER = /\b0x[0-9a-f]{5,16}\b/gi;
const TEMPORARY = /\/(?:var\/)?tmp\/[\w.+-]+/g;
/** As mkstemp, Python and Node name them. */
const TEMPORARY_NAME = /(?<![A-Za-z0-9])(?:tmp|temp|cc|pip-|npm-|tmp\.)[A-Za-z0-9_]{6,12}(?![A-Za-z0-9])/g;
const WORD = /(?<![A-Za-z0-9+/=_-])[A-Za-z0-9+/_-]{20,1024}={0,2}/g;

const hasFigureAndLetter = (value: string): boolean => /\d/.test(value) && /[a-z]/i.test(value);

/** Without namespaces a step works in a folder of the build below the store, or in memory, which has a name of its own each time. */
const SESSION = /^\/sessions\/[^/\s"':]+/;
const IN_MEMORY = /\/dev\/shm\/mobileops-[^/\s"':]+/g;

/** Folders in which people and machines build, as no program has them at run time. */
const HOME_PATH =
  /(?<![\w.~/\\-])(?:\/(?:home|Users|root|builds?|workspace|work|mnt|srv|private|opt|__w|github)\/|[A-Za-z]:[\\/](?:Users|Projects|src|dev|build|work|a)[\\/])[^\s"'<>|*?;,()]+/g;

function* paths(text: string, { side, areUnwatched }: MarkContext): Iterable<Mark> {
  for (const folder of [...side.folders].sort((a, b) => b.length - a.length)) {
    for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + folder.length)) {
      const [session = ''] = SESSION.exec(text.slice(at + folder.length, at + folder.length + 200)) ?? [];
      yield { at, kind: 'embedded path', value: folder + session };
    }
  }
  yield* all(IN_MEMORY, 'embedded path')(text);
  if (areUnwatched) yield* all(HOME_PATH, 'embedded path')(text);
}

function* times(text: string, { side }: MarkContext): Iterable<Mark> {
  for (const time of timesIn(text)) {
    const { at, text: value } = time;
    if (isOfBuild(time, side)) yield { at, kind: 'time', value: value.trimEnd() };
  }
}

function* consequences(text: string, { which, consequences: known }: MarkContext): Iterable<Mark> {
  for (const { 0: value, index } of text.matchAll(DIGEST)) {
    const isDigest = known.has(which, value) || known.has(which, value.replace(/=+$/, ''));
    if (isDigest && value.length > 7) yield { at: index, kind: 'follows', value };
  }
}

function* settings(text: string, { side }: MarkContext): Iterable<Mark> {
  const words: readonly (readonly [string, CauseKind])[] = [
    [side.timezone, 'time zone'],
    [side.language, 'locale'],
    [side.user, 'user'],
  ];
  for (const [word, kind] of words) {
    if (word.length < 3) continue;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
      yield { at, kind, value: word };
  }
}

const FINDERS: readonly Finder[] = [
  all(R8, 'R8 map id'),
  consequences,
  paths,
  times,
  all(UUID, 'random'),
  all(TEMPORARY, 'random'),
  all(TEMPORARY_NAME, 'random', hasFigureAndLetter),
  all(POINTER, 'memory address'),
  all(HEX, 'random', hasFigureAndLetter),
  settings,
  all(WORD, 'random', (value) => hasFigureAndLetter(value) && /[A-Z]/.test(value) && /[a-z]/.test(value)),
];

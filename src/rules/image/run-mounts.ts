import type { Span } from '../../base/index.ts';
import { type MountWords, mountPlace, readMount } from '../../oci/index.ts';
import { takePath } from './copy-sources.ts';
import {
  checkVariables,
  type DraftStage,
  expandNow,
  type ImageReading,
  reportFailure,
} from './image-reading.ts';
import { readOrigin } from './origin.ts';
import type { FlagWord } from './words.ts';

interface Field {
  readonly key: string;
  readonly word?: string;
  readonly span: Span;
}

/** `--mount=type=...`: reads what can be told now, and keeps the words for the time when it is run. */
export function readRunMount(
  reading: ImageReading,
  stage: DraftStage,
  flag: FlagWord,
): MountWords | undefined {
  const fields = splitFields(flag);
  for (const { word, span } of fields)
    if (word !== undefined) checkVariables(reading, stage, { text: word, span });
  const from = fields.find(({ key }) => key === 'from');
  const type = fields.find(({ key }) => key === 'type')?.word?.toLowerCase() ?? 'bind';
  const words: MountWords = {
    fields: fields.map(({ key, word }) => (word === undefined ? [key] : [key, word])),
  };
  const place = { reading, stage, flag };
  if (reportEarly(place, fields, words)) return undefined;
  return type === 'bind' || type === 'cache' ? withOrigin(place, { type, from, fields }, words) : words;
}

interface Place {
  readonly reading: ImageReading;
  readonly stage: DraftStage;
  readonly flag: FlagWord;
}

/** Where the files of a bind come from, or the first ones of a cache. */
function withOrigin(
  { reading, stage, flag }: Place,
  read: { readonly type: string; readonly from: Field | undefined; readonly fields: readonly Field[] },
  words: MountWords,
): MountWords | undefined {
  const { from, type, fields } = read;
  const { problems } = reading;
  if (from?.word !== undefined) {
    if (/\$./.test(from.word)) {
      return problems.add('image/bad-value', from.span, {
        message: '`from` of a mount takes no variables',
        hint: 'name the image in a FROM of its own, and that stage here',
      });
    }
    if (type === 'cache' && from.word === 'scratch')
      return withoutSource({ reading, stage, flag }, fields, words);
    const origin = readOrigin(reading, stage, { text: from.word, span: from.span });
    return origin && { ...words, origin };
  }
  if (type === 'cache') return withoutSource({ reading, stage, flag }, fields, words);
  const source = fields.findLast(({ key }) => key === 'source' || key === 'src');
  const word = { text: source?.word ?? '', span: source?.span ?? flag.span };
  const path = expandNow(reading, stage, word);
  if (path === undefined) return undefined;
  const taken = takePath(reading, word.span, path);
  if (!taken) return undefined;
  const placed: MountWords = {
    ...words,
    origin: { from: 'folder', path: taken.folder },
    source: `/${taken.path}`,
  };
  reading.taken.set(placed, taken.taken);
  return placed;
}

/** A cache that begins empty has nothing at a path. */
function withoutSource(
  { reading }: Place,
  fields: readonly Field[],
  words: MountWords,
): MountWords | undefined {
  const source = fields.find(({ key }) => key === 'source' || key === 'src');
  if (source === undefined || /^\/*$/.test(source.word ?? '')) return words;
  return reading.problems.add('image/bad-mount', source.span, {
    message: `the cache begins empty, so it has no ${source.word}`,
    hint: 'name the image or stage that has it: from=<stage>',
  });
}

/** Reports what is wrong with the values that are known; true where something was. */
function reportEarly({ reading, stage, flag }: Place, fields: readonly Field[], words: MountWords): boolean {
  const place = mountPlace(stage.state, reading.scope);
  const read = readMount(words, {
    ...place,
    expand(word) {
      const value = place.expand(word);
      return !value.ok && value.failure.kind === 'unknown' ? { ok: true, value: 'unknown' } : value;
    },
  });
  if (read.ok) return false;
  const { failure } = read;
  if (failure.kind === 'mount') {
    const field = fields[failure.field];
    if (field?.word?.includes('$')) return false;
    const { message, hint } = failure;
    reading.problems.add('image/bad-mount', field?.span ?? flag.span, { message, hint });
  } else if (failure.kind !== 'unknown') reportFailure(reading, failure, flag.span);
  return true;
}

/** `key=value` between commas; a field in double quotes may hold commas. Keys in lower case. */
function splitFields(flag: FlagWord): Field[] {
  const value = flag.value ?? '';
  const fields: Field[] = [];
  for (let at = 0; at <= value.length; ) {
    const end = fieldEnd(value, at);
    const raw = value.slice(at, end);
    const text = raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw;
    const equals = text.indexOf('=');
    const key = (equals < 0 ? text : text.slice(0, equals)).trim().toLowerCase();
    const first = flag.offsets[at] ?? flag.span.end;
    const last = flag.offsets[end - 1];
    const span = {
      ...flag.span,
      start: Math.min(first, flag.span.end - 1),
      end: last === undefined ? flag.span.end : last + 1,
    };
    fields.push(equals < 0 ? { key, span } : { key, word: text.slice(equals + 1), span });
    at = end + 1;
  }
  return fields;
}

function fieldEnd(value: string, start: number): number {
  if (value[start] !== '"') {
    const comma = value.indexOf(',', start);
    return comma < 0 ? value.length : comma;
  }
  let at = start + 1;
  while (at < value.length && !(value[at] === '"' && value[at + 1] !== '"')) at += value[at] === '"' ? 2 : 1;
  const comma = value.indexOf(',', at);
  return comma < 0 ? value.length : comma;
}

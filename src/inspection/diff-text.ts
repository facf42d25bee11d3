import { formatSizeBytes } from '../base/index.ts';
import { shownJson, shownText } from './byte-text.ts';
import type { DocumentChange } from './compare-documents.ts';
import type { LayerChange, LayerFacts } from './compare-layers.ts';
import type { ContentDifference, FieldChange, MemberChange } from './compare-members.ts';
import type { ImageDiff, ImageFacts } from './diff-images.ts';

/** A line for each field that differs, after what the images are; safe to show, whatever they hold. */
export function diffText(diff: ImageDiff): string {
  const { a, b, documents, layers, files, members = [], notes } = diff;
  const sections = [
    [`A  ${imageText(a)}`, `B  ${imageText(b)}`],
    section('config and manifest', documents.map(documentLine)),
    section('layers', layers.map(layerLine)),
    section('files', files.flatMap(memberLines)),
    ...members.map(({ a: numberA, b: numberB, changes, notes: ownNotes }) =>
      section(`members of layer ${numberA} of A and ${numberB} of B`, [
        ...changes.flatMap(memberLines),
        ...ownNotes.map((note) => `  ${note}`),
      ]),
    ),
    section(
      'also',
      notes.map((note) => `  ${note}`),
    ),
    [diffSummary(diff)],
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

/** The one line of `--quiet`. */
export function diffSummary({ isSame, documents, layers, files }: ImageDiff): string {
  if (isSame) return 'the images are the same';
  const counts = [
    counted(documents.length, 'field of the documents', 'fields of the documents'),
    counted(layers.length, 'layer', 'layers'),
    counted(files.length, 'file', 'files'),
  ];
  return `the images differ: ${counts.join(', ')}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function imageText({ name, platform, digest, configDigest, layers }: ImageFacts): string {
  const id = digest === undefined ? `config ${short(configDigest)}` : short(digest);
  return `${shownText(name)}  ${shownText(platform)}  ${id}  ${counted(layers, 'layer', 'layers')}`;
}

const DIGEST_CHARACTERS = 12;

function short(digest: string): string {
  return digest.slice(0, 'sha256:'.length + DIGEST_CHARACTERS);
}

function documentLine({ path, a, b, note }: DocumentChange): string {
  const [shownA, shownB] = aroundDifference(valueText(a), valueText(b));
  return `  ${path}  ${shownA} -> ${shownB}${note === undefined ? '' : `  (${note})`}`;
}

function valueText(value: unknown): string {
  return value === undefined ? 'none' : shownJson(value);
}

const SHOWN_CHARACTERS = 120;
const BEFORE_CHARACTERS = 30;

/** Long values from a bit before where they begin to differ. */
function aroundDifference(a: string, b: string): readonly [string, string] {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const from = Math.max(a.length, b.length) <= SHOWN_CHARACTERS ? 0 : Math.max(0, at - BEFORE_CHARACTERS);
  const part = (text: string): string => {
    const shown = text.slice(from, from + SHOWN_CHARACTERS);
    return `${from > 0 ? '…' : ''}${shown}${from + SHOWN_CHARACTERS < text.length ? '…' : ''}`;
  };
  return [part(a), part(b)];
}

function layerLine({ change, a, b }: LayerChange): string {
  switch (change) {
    case 'added':
      return `  + ${b!.number}  ${layerText(b!)}`;
    case 'removed':
      return `  - ${a!.number}  ${layerText(a!)}`;
    case 'changed':
      return `  ${numbers(a!, b!)}  ${layerText(a!)} -> ${layerText(b!)}`;
    case 'recompressed':
      return `  ${numbers(a!, b!)}  the same tar ${short(a!.diffId)}, compressed differently: ${blobText(a!)} -> ${blobText(b!)}`;
  }
}

function numbers(a: LayerFacts, b: LayerFacts): string {
  return a.number === b.number ? String(a.number) : `${a.number} -> ${b.number}`;
}

function layerText({ diffId, entries, tarBytes }: LayerFacts): string {
  return `${short(diffId)} (${counted(entries, 'member', 'members')}, ${formatSizeBytes(tarBytes)})`;
}

function blobText({ compression, storedBytes, digest }: LayerFacts): string {
  return `${compression} ${formatSizeBytes(storedBytes)} ${short(digest)}`;
}

function memberLines({ change, path, fields, where }: MemberChange): string[] {
  if (change !== 'changed') return [`  ${path}  ${change}  ${summary(fields)}`];
  const lines = fields.map(({ field, a, b }) => `  ${path}  ${field} ${shown(a)} -> ${shown(b)}`);
  return where ? [...lines, `  ${path}  ${whereText(where)}`] : lines;
}

function shown(value: string | undefined): string {
  if (value === undefined) return 'none';
  return /^sha256:[0-9a-f]{64}$/.test(value) ? short(value) : value;
}

/** What was added or removed, in a few words. */
function summary(fields: readonly FieldChange[]): string {
  const value = (name: string): string | undefined => {
    const found = fields.find(({ field }) => field === name);
    return found?.a ?? found?.b;
  };
  const link = value('target') ?? value('hard link with');
  const words = [
    value('type'),
    value('mode'),
    `${value('uid')}:${value('gid')}`,
    value('size') === undefined ? undefined : formatSizeBytes(Number(value('size'))),
    value('device'),
    link === undefined ? undefined : `to ${link}`,
  ];
  return words.filter((word) => word !== undefined).join(' ');
}

function whereText(where: ContentDifference): string {
  if (where.kind === 'bytes') return `differs from byte ${where.offset} on`;
  const { line, column, a, b } = where;
  return `line ${line}, column ${column}: ${a === '' ? 'the end' : `"${a}"`} -> ${b === '' ? 'the end' : `"${b}"`}`;
}

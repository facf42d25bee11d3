import { sha256 } from '../base/index.ts';
import { foldersAround } from './snapshot-trees.ts';
import type { SourceKind, SourceRecord, StatIndex } from './stat-index.ts';

/** More than this is written as a whole index. */
const MAX_ENTRIES = 500;

/** What changed since an index was written as a whole: far less to write than all of it. */
export interface SnapshotJournal {
  /** `identityOf` the index to which it belongs. */
  readonly base: string;
  readonly stampMs: number;
  readonly sources: ReadonlyMap<
    string,
    { readonly record: SourceRecord; readonly target?: string | undefined }
  >;
}

type Row = readonly [
  path: string,
  kind: SourceKind,
  hash: string,
  stat: SourceRecord['stat'],
  target?: string,
];

/** `undefined` when it would be too long. */
export function encodeJournal({ base, stampMs, sources }: SnapshotJournal): string | undefined {
  if (sources.size > MAX_ENTRIES) return undefined;
  const rows = [...sources].map(([path, { record, target }]): Row => {
    const { kind, hash, stat } = record;
    return target === undefined ? [path, kind, hash, stat] : [path, kind, hash, stat, target];
  });
  const body = JSON.stringify({ base, stampMs, rows });
  return `${sha256(body)}\n${body}`;
}

/** `undefined` for one that is damaged. */
export function decodeJournal(text: string): SnapshotJournal | undefined {
  const body = text.slice(65);
  if (text[64] !== '\n' || text.slice(0, 64) !== sha256(body)) return undefined;
  const { base, stampMs, rows } = JSON.parse(body) as { base: string; stampMs: number; rows: readonly Row[] };
  const sources = rows.map(([path, kind, hash, stat, target]) => {
    return [path, { record: { kind, hash, stat }, target }] as const;
  });
  return { base, stampMs, sources: new Map(sources) };
}

/** The index as it is after the journal's changes. */
export function applyJournal(index: StatIndex, { stampMs, sources: changes }: SnapshotJournal): StatIndex {
  const sources = new Map(index.sources);
  const links = new Map(index.links);
  for (const [path, { record, target }] of changes) {
    sources.set(path, record);
    if (target === undefined) links.delete(path);
    else links.set(path, target);
  }
  const trees = new Map(index.trees);
  for (const folder of foldersAround(changes.keys())) trees.delete(folder);
  return { ...index, stampMs, sources, links, trees };
}

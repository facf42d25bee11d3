import { dirname } from 'node:path';
import { bytesSource, zipMembers } from '../../archives/index.ts';
import { fail, ok, type Result } from '../../base/index.ts';
import { type FileSystem, type Host, writeDurably } from '../../host/index.ts';
import type { Ecosystem } from '../../packages/index.ts';
import { AdvisoryCollection } from './collect-advisories.ts';
import { type DatabaseFacts, encodeDatabase, openDatabase } from './database-file.ts';
import type { ExportContent, ExportFailure, ExportSource } from './export-source.ts';
import { type OsvRecord, readOsvRecord } from './osv-record.ts';

/** Why the database stays as it is. */
export type UpdateFailure =
  | ExportFailure
  | { readonly kind: 'damaged'; readonly place: string; readonly problem: string }
  | { readonly kind: 'empty'; readonly place: string }
  /** It knows less than the one that is there. */
  | {
      readonly kind: 'older';
      readonly place: string;
      readonly asOf: string;
      readonly present: string;
      readonly path: string;
    };

export interface UpdateWorld extends Pick<Host, 'fs' | 'clock'> {
  readonly source: ExportSource;
  readonly signal: AbortSignal;
}

/** Makes the database of an ecosystem from an export, and puts it at `path`, whole or not at all. */
export async function updateDatabase(
  { fs, clock, source, signal }: UpdateWorld,
  ecosystem: Ecosystem,
  path: string,
): Promise<Result<DatabaseFacts, UpdateFailure>> {
  const content = await source.read(ecosystem, signal);
  if (!content.ok) return content;
  const place = `${source.name}/${ecosystem}`;
  const read = collect(content.value, new AdvisoryCollection(ecosystem, clock.now()), signal);
  if (!read.ok) return fail({ kind: 'damaged', place, problem: read.failure });
  const { collection, unreadable } = read.value;
  if (collection.records === 0) return fail({ kind: 'empty', place });
  const facts: DatabaseFacts = {
    ecosystem,
    source: source.name,
    asOf: collection.newest,
    records: collection.records,
    ...(unreadable === 0
      ? { coverage: 'complete' }
      : { coverage: 'partial', gaps: `${unreadable} records of the export could not be read` }),
  };
  const present = presentFacts(fs, path);
  if (present && present.asOf > facts.asOf)
    return fail({ kind: 'older', place, asOf: facts.asOf, present: present.asOf, path });
  fs.makeDirectory(dirname(path));
  writeDurably(fs, path, encodeDatabase(facts, collection.entries()));
  return ok(facts);
}

/** A record is a few kilobytes; the largest that is known lists versions for a megabyte. */
const MAX_RECORD_BYTES = 2 ** 26;

interface Collected {
  readonly collection: AdvisoryCollection;
  readonly unreadable: number;
}

function collect(
  content: ExportContent,
  collection: AdvisoryCollection,
  signal: AbortSignal,
): Result<Collected, string> {
  let unreadable = 0;
  const take = (text: string): void => {
    signal.throwIfAborted();
    const record = recordOf(text);
    if (record) collection.add(record);
    else unreadable++;
  };
  if (content.kind === 'folder') {
    for (const { text } of content.files) take(text);
    return ok({ collection, unreadable });
  }
  const members = zipMembers(bytesSource(content.bytes), { maxMemberBytes: MAX_RECORD_BYTES });
  if (!members.ok) return members;
  for (const member of members.value) {
    if (!member.path.endsWith('.json')) continue;
    const text = member.read();
    if (!text.ok) return text;
    take(text.value.toString('utf8'));
  }
  return ok({ collection, unreadable });
}

function recordOf(text: string): OsvRecord | undefined {
  try {
    return readOsvRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** A damaged one is to be replaced, so it counts as none. */
function presentFacts(fs: FileSystem, path: string): DatabaseFacts | undefined {
  if (fs.lstat(path)?.type !== 'file') return undefined;
  const opened = openDatabase(fs.readFile(path));
  return opened.ok ? opened.value.facts : undefined;
}

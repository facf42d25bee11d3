import { type ByteSource, bytesSource, zipMembers } from '../../archives/index.ts';
import { joblibArrays } from './joblib-arrays.ts';
import { formatOf, HEAD_BYTES, type ModelFormat, numpyPickleStart, unpackModel } from './model-bytes.ts';
import { type ImportVerdict, verdictOfImport } from './pickle-globals.ts';
import { type PickleImport, type PickleReading, readPickle } from './read-pickle.ts';

/** What a model would do when it is loaded, or why that cannot be told. */
export interface ModelNote {
  readonly kind: Exclude<ImportVerdict, 'safe'> | 'computed' | 'unreadable';
  /** `os.system`, or what is wrong. */
  readonly what: string;
  /** In an archive: the path in it. */
  readonly member?: string;
  /** From the beginning of the pickle's bytes. */
  readonly offset?: number;
}

export interface ModelOptions {
  /** Its name says that it is a pickle, so that it is a finding when it cannot be read as one. */
  readonly isSurelyPickle: boolean;
}

/** Larger ones are not taken into memory; torch keeps its tensors outside of the pickle. */
const MAX_PICKLE_BYTES = 2 ** 31 - 1;
const MAX_DEPTH = 4;

/** Looks into a pickle, a model of PyTorch or joblib, or an array of NumPy, by its content. Nothing is loaded or run. */
export function scanModel(source: ByteSource, options: ModelOptions): readonly ModelNote[] {
  return scanSource(source, { ...options, depth: 0 });
}

interface Place extends ModelOptions {
  readonly depth: number;
}

const unreadable = (what: string): readonly ModelNote[] => [{ kind: 'unreadable', what }];

function scanSource(source: ByteSource, place: Place): readonly ModelNote[] {
  if (source.sizeBytes === 0) return [];
  if (place.depth > MAX_DEPTH) return unreadable('archives in archives, too deep to be read');
  const format = formatOf(source.read(0, HEAD_BYTES));
  if (format === 'zip') return scanZip(source, place);
  if (source.sizeBytes > MAX_PICKLE_BYTES)
    return place.isSurelyPickle || format === 'pickle'
      ? unreadable('more than 2 GiB outside of an archive')
      : [];
  const bytes = source.read(0, source.sizeBytes);
  if (format === 'numpy') {
    const start = numpyPickleStart(bytes);
    return start === undefined ? [] : scanPickles(bytes, start, { isSure: true });
  }
  const content = format === 'packed' ? unpackModel(bytes, MAX_PICKLE_BYTES) : undefined;
  const packed = content ? scanSource(bytesSource(content), { ...place, depth: place.depth + 1 }) : [];
  const problem = NOT_READ[format];
  const isSure = format === 'pickle' || (place.isSurelyPickle && !content && problem === undefined);
  // Whatever it looks like: the loader of a pickle takes every one that begins with an operation.
  const plain = scanPickles(bytes, 0, { isSure });
  return [...plain, ...packed, ...(problem === undefined ? [] : unreadable(problem))];
}

const NOT_READ: Partial<Record<ModelFormat, string>> = {
  tar: 'an archive of the first versions of PyTorch (tar), which is not read',
  bzip2: 'packed by bzip2, which is not read',
  xz: 'packed by xz or lzma, which is not read',
  lz4: 'packed by lz4, which is not read',
  '7z': 'a 7z archive, which is not read',
};

/** Files in an archive that readers load as pickles, whatever they contain. */
const PICKLE_MEMBER = /\.(?:pkl|pickle|joblib)$/;
const LOADED_MEMBER = /\.(?:npy|npz|pt|pth|bin|ckpt|zip)$/;

function scanZip(source: ByteSource, place: Place): readonly ModelNote[] {
  const members = zipMembers(source, { maxMemberBytes: MAX_PICKLE_BYTES, isLenient: true });
  if (!members.ok) return unreadable(`a zip archive of which ${members.failure}`);
  return members.value.flatMap((member) => {
    const head = member.start(HEAD_BYTES);
    const isNamed = PICKLE_MEMBER.test(member.path) || LOADED_MEMBER.test(member.path);
    const isPickle = head !== undefined && formatOf(head) === 'pickle';
    if (!isNamed && head !== undefined && !isPickle) return [];
    const content = member.read();
    const isSurelyPickle = PICKLE_MEMBER.test(member.path);
    if (!content.ok)
      return isNamed ? [{ kind: 'unreadable' as const, what: content.failure, member: member.path }] : [];
    if (!isNamed && formatOf(content.value) !== 'pickle') return [];
    const notes = isNamed
      ? scanSource(bytesSource(content.value), { isSurelyPickle, depth: place.depth + 1 })
      : scanPickles(content.value, 0, { isSure: false });
    return notes.map((note) => ({
      ...note,
      member: note.member === undefined ? member.path : `${member.path}!${note.member}`,
    }));
  });
}

/** Pickles one behind the other, as loaders read them; what follows the last one is data. */
function scanPickles(bytes: Buffer, start: number, { isSure }: { isSure: boolean }): readonly ModelNote[] {
  const imports: PickleImport[] = [];
  const nested = (at: number): number | undefined => {
    const reading = readPickle(bytes, at);
    imports.push(...reading.imports);
    return reading.problem === undefined ? reading.end - at : undefined;
  };
  let first: PickleReading | undefined;
  for (let at = start; at < bytes.length; ) {
    const reading = readPickle(bytes, at, joblibArrays(bytes, nested));
    first ??= reading;
    const isReal = reading.problem === undefined || first === reading;
    imports.push(...reading.imports.filter((each) => isReal || noteOfImport(each)?.kind === 'dangerous'));
    if (reading.problem !== undefined) break;
    at = reading.end;
  }
  const notes = imports.flatMap((each) => noteOfImport(each) ?? []);
  if (first?.problem === undefined) return notes;
  if (isSure)
    return [
      ...notes,
      { kind: 'unreadable', what: `a pickle that cannot be read to its end: ${first.problem}` },
    ];
  return notes.filter(({ kind }) => kind === 'dangerous');
}

function noteOfImport({ module, name, offset }: PickleImport): ModelNote | undefined {
  if (module === undefined) return { kind: 'computed', what: name, offset };
  const verdict = verdictOfImport(module, name);
  return verdict === 'safe' ? undefined : { kind: verdict, what: `${module}.${name}`, offset };
}

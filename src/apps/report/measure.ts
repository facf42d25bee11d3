import { compareTexts, sha256, sum } from '../../base/index.ts';
import { type AppFile, contentOf } from '../app-file.ts';
import type { ZipEntry } from '../archive/zip.ts';
import type { Part, RepeatedFile, SizedEntry, SizedPart, SizeFacts } from './model.ts';

const AT_ONCE = 4;
const PARTS: readonly Part[] = ['code', 'resources', 'native', 'assets', 'other', 'archive'];

/** Is handed every file of a package once, in no order, with the SHA-256 of its content. */
export type Visit = (entry: ZipEntry, content: Buffer, sha256: string) => void | Promise<void>;

/** What is done with a package beside telling of it. */
export interface AppReading {
  readonly also?: readonly Visit[];
  /** Whether signatures are verified, which they are unless told; it reads all of the package once more. */
  readonly verifies?: boolean;
}

export interface Measurement {
  readonly file: AppFile;
  readonly partOf: (path: string, content: Buffer) => Part;
  readonly visits: readonly Visit[];
  readonly signal: AbortSignal;
}

/** Reads every file of a package once, checks it, and says what takes its size. */
export async function measure({ file, partOf, visits, signal }: Measurement): Promise<SizeFacts> {
  const files = file.zip.entries.filter(({ isFolder }) => !isFolder);
  const entries: SizedEntry[] = [];
  const queue = files.values();
  const worker = async (): Promise<void> => {
    for (const entry of queue) {
      signal.throwIfAborted();
      const content = await contentOf(file, entry);
      const { name: path, storedBytes, sizeBytes: rawBytes } = entry;
      const hash = sha256(content);
      entries.push({ path, part: partOf(path, content), storedBytes, rawBytes, sha256: hash });
      for (const visit of visits) await visit(entry, content, hash);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const fileBytes = file.bytes.length;
  return {
    fileBytes,
    rawBytes: sum(entries.map(({ rawBytes }) => rawBytes)),
    parts: partsOf(entries, fileBytes),
    entries: entries.sort((a, b) => b.storedBytes - a.storedBytes || compareTexts(a.path, b.path)),
    repeated: repeatedFiles(entries),
  };
}

function partsOf(entries: readonly SizedEntry[], fileBytes: number): SizedPart[] {
  const used = sum(entries.map(({ storedBytes }) => storedBytes));
  return PARTS.map((part) => {
    const own = entries.filter((entry) => entry.part === part);
    if (part === 'archive') return { part, files: 0, storedBytes: fileBytes - used, rawBytes: 0 };
    return {
      part,
      files: own.length,
      storedBytes: sum(own.map(({ storedBytes }) => storedBytes)),
      rawBytes: sum(own.map(({ rawBytes }) => rawBytes)),
    };
  });
}

function repeatedFiles(entries: readonly SizedEntry[]): RepeatedFile[] {
  const groups = Map.groupBy(
    entries.filter(({ rawBytes }) => rawBytes > 0),
    ({ sha256: hash }) => hash,
  );
  return [...groups.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({
      sha256: same[0]!.sha256,
      rawBytes: same[0]!.rawBytes,
      storedBytes: same[0]!.storedBytes,
      paths: same.map(({ path }) => path).sort(),
    }))
    .sort((a, b) => wasted(b) - wasted(a) || compareTexts(a.sha256, b.sha256));
}

/** What a package would be smaller by if equal files stood in it once. */
export function wasted({ storedBytes, paths }: Pick<RepeatedFile, 'storedBytes' | 'paths'>): number {
  return storedBytes * (paths.length - 1);
}

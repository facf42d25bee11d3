import type { FileSystem } from '../host/index.ts';
import { readEntry, readZip, type Zip, type ZipEntry } from './archive/zip.ts';
import type { AppCode } from './diagnostics.ts';
import { AppFault, formatProblem } from './fault.ts';

export type AppFormat = 'apk' | 'aab' | 'ipa';

/** A package that was opened: its entries are known, its contents are read when they are asked for. */
export interface AppFile {
  /** As the user named it. */
  readonly name: string;
  readonly format: AppFormat;
  readonly bytes: Buffer;
  readonly zip: Zip;
  /** The file beside it with a signature of scheme 4. */
  readonly v4?: Buffer;
}

/** What an app is read with. */
export interface AppWorld {
  readonly fs: FileSystem;
  /** Milliseconds since 1970, by which certificates expire. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

const AGAIN = 'build it again, or fetch it again from where it came';

/** Node reads no larger file at once. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

export function openApp({ fs }: Pick<AppWorld, 'fs'>, path: string, name: string): AppFile {
  const stat = fs.lstat(fs.realPath(path));
  if (stat?.type !== 'file')
    throw new AppFault({
      code: 'app/no-app',
      place: name,
      message: 'this is no file',
      hint: 'give an APK, an Android App Bundle or an IPA',
    });
  if (stat.sizeBytes > MAX_FILE_BYTES)
    throw new AppFault({
      code: 'app/too-large',
      place: name,
      message: `the file has ${stat.sizeBytes} bytes`,
      hint: 'files of up to 2 GB are read',
    });
  const read = fs.readFile(path);
  const file = appOfBytes(Buffer.from(read.buffer, read.byteOffset, read.byteLength), name);
  const beside = fs.lstat(`${path}.idsig`);
  return beside?.type === 'file' && beside.sizeBytes <= MAX_FILE_BYTES
    ? { ...file, v4: Buffer.from(fs.readFile(`${path}.idsig`)) }
    : file;
}

/** A package that is in memory already. */
export function appOfBytes(bytes: Buffer, name: string): AppFile {
  const zip = inside({ code: 'app/bad-archive', place: name, hint: AGAIN }, () => readZip(bytes));
  return { name, format: formatOf(zip, name), bytes, zip };
}

function formatOf({ byName, entries }: Zip, name: string): AppFormat {
  if (byName.has('AndroidManifest.xml')) return 'apk';
  if (byName.has('BundleConfig.pb') || byName.has('base/manifest/AndroidManifest.xml')) return 'aab';
  if (entries.some((entry) => /^Payload\/[^/]+\.app\//.test(entry.name))) return 'ipa';
  throw new AppFault({
    code: 'app/no-app',
    place: name,
    message:
      'the zip holds neither AndroidManifest.xml (APK), nor base/manifest/AndroidManifest.xml (AAB), nor Payload/*.app (IPA)',
    hint: 'give a package that a device or a store takes',
  });
}

/** The content of an entry, whose damage is told by its place. */
export async function contentOf(file: AppFile, entry: ZipEntry): Promise<Buffer> {
  try {
    return await readEntry(file.bytes, entry);
  } catch (error) {
    throw new AppFault({
      code: 'app/bad-archive',
      place: file.name,
      message: formatProblem(error),
      hint: AGAIN,
    });
  }
}

/** What a reader makes of a file of the app; bytes that it cannot follow are a fault of that file. */
export function parsed<T>(file: AppFile, entryName: string, read: () => T): T {
  const place = `${file.name}: ${entryName}`;
  return inside({ code: 'app/damaged', place, hint: 'build the app again with current tools' }, read);
}

export function inside<T>(
  { code, place, hint }: { readonly code: AppCode; readonly place: string; readonly hint: string },
  read: () => T,
): T {
  try {
    return read();
  } catch (error) {
    throw new AppFault({ code, place, message: formatProblem(error), hint });
  }
}

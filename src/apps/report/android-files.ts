import { withoutAbsent } from '../../base/index.ts';
import { type Dex, readDex } from '../android/dex.ts';
import { readElf } from '../android/elf.ts';
import { type Manifest, readManifest } from '../android/manifest.ts';
import { NO_RESOURCES, type Resources } from '../android/resources.ts';
import { type AppFile, parsed } from '../app-file.ts';
import type { ZipEntry } from '../archive/zip.ts';
import type { AndroidLayout } from './android-layout.ts';
import type { DexFile, NativeLibrary } from './model.ts';

/** What is gathered of an app while its files go by. */
export class AndroidFiles {
  manifest: Manifest | undefined;
  resources: Resources = NO_RESOURCES;
  readonly dex: (DexFile & Dex)[] = [];
  readonly native: (NativeLibrary & { readonly foundAbi: string | undefined })[] = [];
  readonly #file: AppFile;
  readonly #layout: AndroidLayout;

  constructor(file: AppFile, layout: AndroidLayout) {
    this.#file = file;
    this.#layout = layout;
  }

  add(entry: ZipEntry, content: Buffer): void {
    const { name } = entry;
    const { manifest, resources, isDex, library, readXml, readResources } = this.#layout;
    const read = <T>(reader: () => T): T => parsed(this.#file, name, reader);
    if (name === manifest) this.manifest = read(() => readManifest(readXml(content)));
    else if (name === resources) this.resources = read(() => readResources(content));
    else if (isDex(name)) this.dex.push({ path: name, ...read(() => readDex(content)) });
    else {
      const abi = library.exec(name)?.[1];
      if (abi !== undefined) this.native.push(read(() => nativeLibrary(entry, content, abi)));
    }
  }
}

const PAGE_BYTES = 16384;
/** Processors with pages of 16 KB run no 32-bit code. */
const WIDE_ABIS = new Set(['arm64-v8a', 'x86_64', 'riscv64']);

function nativeLibrary(
  entry: ZipEntry,
  content: Buffer,
  abi: string,
): NativeLibrary & { readonly foundAbi: string | undefined } {
  const { alignBytes, abi: foundAbi } = readElf(content);
  // Of a bundle, packages are made later; the place in it is of no account.
  const isPlaced = entry.name.startsWith('lib/') && !entry.isCompressed;
  const zipAlignBytes = isPlaced ? alignmentOf(entry.offset) : undefined;
  const isMapped = zipAlignBytes === undefined || zipAlignBytes >= PAGE_BYTES;
  return {
    path: entry.name,
    abi,
    rawBytes: content.length,
    alignBytes,
    ...withoutAbsent({ zipAlignBytes }),
    fits16k: !WIDE_ABIS.has(abi) || (alignBytes >= PAGE_BYTES && isMapped),
    foundAbi,
  };
}

/** The largest power of two that a place is a multiple of, up to 64 KB. */
function alignmentOf(offset: number): number {
  let bytes = 1;
  while (bytes < 65536 && offset % (bytes * 2) === 0) bytes *= 2;
  return bytes;
}

import { readBinaryXml } from '../android/binary-xml.ts';
import { type Dex, readDex } from '../android/dex.ts';
import { readElf } from '../android/elf.ts';
import { type Manifest, present, readManifest } from '../android/manifest.ts';
import { blockSignatures, jarSignature, type Signature, V1_SIGNATURE } from '../android/signatures.ts';
import { type AppFile, type AppWorld, parsed } from '../app-file.ts';
import type { ZipEntry } from '../archive/zip.ts';
import { AppFault } from '../fault.ts';
import { ApkFiles } from './android-files.ts';
import { androidFindings } from './android-findings.ts';
import { measure, order } from './measure.ts';
import type { AndroidFacts, AppReport, NativeLibrary, Part } from './model.ts';

const LIBRARY = /^lib\/([^/]+)\/[^/]+\.so$/;

export async function apkReport(file: AppFile, world: AppWorld): Promise<Omit<AppReport, 'file'>> {
  const files = new ApkFiles();
  const visit = (entry: ZipEntry, content: Buffer): void => lookInto(file, files, { entry, content });
  const size = await measure({ file, partOf: apkPart, visit, signal: world.signal });
  const { manifest } = files;
  if (!manifest)
    throw new AppFault({
      code: 'app/damaged',
      place: file.name,
      message: 'its AndroidManifest.xml is a folder',
      hint: 'build the app again with current tools',
    });
  const android = androidFacts(file, files, manifest);
  const { applicationId: id, versionName: version, versionCode } = manifest;
  const label = manifest.label?.kind === 'text' ? manifest.label.text : undefined;
  return {
    app: { id, ...present({ label }), version, build: String(versionCode) },
    size,
    android,
    findings: androidFindings({ file, manifest, files, android, size, nowMs: world.nowMs }),
  };
}

function apkPart(path: string): Part {
  if (/^classes\d*\.dex$/.test(path)) return 'code';
  if (path === 'resources.arsc' || path === 'AndroidManifest.xml' || path.startsWith('res/'))
    return 'resources';
  if (path.startsWith('lib/')) return 'native';
  return path.startsWith('assets/') ? 'assets' : 'other';
}

function lookInto(
  file: AppFile,
  files: ApkFiles,
  { entry, content }: { readonly entry: ZipEntry; readonly content: Buffer },
): void {
  const { name } = entry;
  const read = <T>(reader: () => T): T => parsed(file, name, reader);
  if (name === 'AndroidManifest.xml') files.manifest = read(() => readManifest(readBinaryXml(content)));
  else if (/^classes\d*\.dex$/.test(name)) files.dex.push({ path: name, ...read(() => readDex(content)) });
  else if (V1_SIGNATURE.test(name)) files.signatures.push(read(() => jarSignature(content)));
  else if (LIBRARY.test(name)) files.native.push(read(() => nativeLibrary(entry, content)));
}

const PAGE_BYTES = 16384;
/** Processors with pages of 16 KB run no 32-bit code. */
const WIDE_ABIS = new Set(['arm64-v8a', 'x86_64', 'riscv64']);

function nativeLibrary(
  entry: ZipEntry,
  content: Buffer,
): NativeLibrary & { readonly foundAbi: string | undefined } {
  const abi = LIBRARY.exec(entry.name)![1]!;
  const { alignBytes, abi: foundAbi } = readElf(content);
  const zipAlignBytes = entry.isCompressed ? undefined : alignmentOf(entry.offset);
  const isMapped = zipAlignBytes === undefined || zipAlignBytes >= PAGE_BYTES;
  return {
    path: entry.name,
    abi,
    rawBytes: content.length,
    alignBytes,
    ...present({ zipAlignBytes }),
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

function androidFacts(file: AppFile, files: ApkFiles, manifest: Manifest): AndroidFacts {
  const { label: _, versionNameValue: __, networkSecurity: ___, split: ____, ...declared } = manifest;
  const block = parsed(file, 'the block of signatures', () =>
    blockSignatures(file.bytes, file.zip.directoryOffset),
  );
  const v4: readonly Signature[] = file.hasV4 ? [{ scheme: 'v4', signers: [] }] : [];
  return {
    ...declared,
    allowsBackup: manifest.allowsBackup ?? true,
    usesCleartext: manifest.usesCleartext ?? manifest.targetSdk < 28,
    signatures: [...files.signatures.sort(bySigner), ...block, ...v4],
    dex: files.dex
      .map(({ classNames: _names, methodsByPackage: _counts, ...facts }) => facts)
      .sort((a, b) => order(a.path, b.path)),
    methodsByPackage: methodsByPackage(files.dex),
    native: files.native.map(({ foundAbi: _found, ...facts }) => facts).sort((a, b) => order(a.path, b.path)),
  };
}

function bySigner(a: Signature, b: Signature): number {
  return order(a.signers[0]?.sha256 ?? '', b.signers[0]?.sha256 ?? '');
}

function methodsByPackage(dex: readonly Dex[]): { readonly name: string; readonly methods: number }[] {
  const counts = new Map<string, number>();
  for (const each of dex)
    for (const [name, methods] of each.methodsByPackage) counts.set(name, (counts.get(name) ?? 0) + methods);
  return [...counts]
    .map(([name, methods]) => ({ name, methods }))
    .sort((a, b) => b.methods - a.methods || order(a.name, b.name));
}

import { basename } from 'node:path/posix';
import type { ByteSource } from '../../archives/index.ts';
import { manifestFindings } from '../checks/manifest-findings.ts';
import type { Finding, NotScanned } from '../model.ts';
import { isModelName, modelFindings } from '../models/model-findings.ts';
import { secretFindings } from '../secrets/secret-findings.ts';
import type { ScannedFile } from '../subject.ts';

export interface FileScan {
  readonly findings: readonly Finding[];
  readonly notScanned: readonly NotScanned[];
}

export interface FileScanOptions {
  /** What stands before the names of the workspace's own images in FROM. */
  readonly imagePrefix: string;
}

/** Longer texts are data; no secret was ever found in one by reading on. */
const MAX_TEXT_BYTES = 2 ** 24;
const HEAD_BYTES = 8192;

const DOCKERFILE = /^(?:Dockerfile|Containerfile)(?:\..+)?$|\.(?:Dockerfile|Containerfile)$/i;

/** What is found in one file of the sources: by its name as a model, else as a text. */
export async function scanFile(file: ScannedFile, { imagePrefix }: FileScanOptions): Promise<FileScan> {
  const { path, sizeBytes } = file;
  using source = file.open();
  const scanned = scanContent(path, source);
  if (!DOCKERFILE.test(basename(path)) || sizeBytes > MAX_TEXT_BYTES) return scanned;
  const { dockerfileFindings } = await import('../checks/dockerfile-findings.ts');
  const text = source.read(0, sizeBytes).toString('utf8');
  return { ...scanned, findings: [...scanned.findings, ...dockerfileFindings(path, text, imagePrefix)] };
}

export interface ContentOptions {
  /** Of an app, whose texts stand in compiled files. */
  readonly looksIntoBinaries: boolean;
}

/** What is found in a content by itself. */
export function scanContent(
  path: string,
  source: ByteSource,
  { looksIntoBinaries }: ContentOptions = { looksIntoBinaries: false },
): FileScan {
  if (isModelName(path)) return { findings: modelFindings(source, path), notScanned: [] };
  const isBinary = source.read(0, HEAD_BYTES).includes(0);
  if (isBinary && !looksIntoBinaries) return { findings: [], notScanned: [] };
  if (source.sizeBytes > MAX_TEXT_BYTES)
    return isBinary
      ? NOTHING
      : { findings: [], notScanned: [{ subject: path, why: 'a text of more than 16 MiB' }] };
  const text = source.read(0, source.sizeBytes).toString(isBinary ? 'latin1' : 'utf8');
  const findings = [...secretFindings(path, text)];
  if (basename(path) === 'AndroidManifest.xml' && !isBinary) findings.push(...manifestFindings(path, text));
  return { findings, notScanned: [] };
}

const NOTHING: FileScan = { findings: [], notScanned: [] };

/** How much of a file whoever hands over its bytes has to keep; 0 where nobody looks into it. */
export function keptBytes(path: string, sizeBytes: number): number {
  const most = isModelName(path) ? MAX_KEPT_MODEL_BYTES : MAX_TEXT_BYTES;
  return sizeBytes <= most ? sizeBytes : 0;
}

/** Of a file in an image or an app, which cannot be read from any place. */
const MAX_KEPT_MODEL_BYTES = 2 ** 30;

/** Files that come with packages to test or explain them: their keys and tokens are made up. */
const OF_PACKAGES =
  /(?:^|\/)(?:node_modules|site-packages|dist-packages|usr\/(?:share|lib|src)|usr\/local\/lib)\/(?:.*\/)?(?:tests?|testing|testdata|fixtures|examples?|docs?|spec)\//;

export function isOfPackageTests(path: string): boolean {
  return OF_PACKAGES.test(path);
}

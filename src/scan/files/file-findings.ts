import { basename } from 'node:path/posix';
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

/** What is found in one file: by its name as a model, else as a text. */
export async function scanFile(file: ScannedFile, { imagePrefix }: FileScanOptions): Promise<FileScan> {
  const { path, sizeBytes } = file;
  using source = file.open();
  if (isModelName(path)) return { findings: modelFindings(source, path), notScanned: [] };
  const head = source.read(0, HEAD_BYTES);
  if (head.includes(0)) return { findings: [], notScanned: [] };
  if (sizeBytes > MAX_TEXT_BYTES)
    return { findings: [], notScanned: [{ subject: path, why: 'a text of more than 16 MiB' }] };
  const text = (sizeBytes <= HEAD_BYTES ? head : source.read(0, sizeBytes)).toString('utf8');
  const name = basename(path);
  const findings = [...secretFindings(path, text)];
  if (name === 'AndroidManifest.xml') findings.push(...manifestFindings(path, text));
  if (DOCKERFILE.test(name)) {
    const { dockerfileFindings } = await import('../checks/dockerfile-findings.ts');
    findings.push(...dockerfileFindings(path, text, imagePrefix));
  }
  return { findings, notScanned: [] };
}

import { bytesSource } from '../../archives/index.ts';
import { ok, type Result } from '../../base/index.ts';
import {
  type FileWatch,
  type InspectionFailure,
  type OpenedImage,
  watchImage,
} from '../../inspection/index.ts';
import { loadImages } from '../../sbom/index.ts';
import { type FileScan, isOfPackageTests, keptBytes, scanContent } from '../files/file-findings.ts';
import type { Finding } from '../model.ts';
import { isModelName } from '../models/model-findings.ts';
import type { ScanSubject } from '../subject.ts';

/** The packages of an image, and its files of every layer: what a later layer hides is still in it. */
export async function imageSubject(image: OpenedImage): Promise<Result<ScanSubject, InspectionFailure>> {
  const { catalogueImage } = await loadImages();
  const catalogue = await catalogueImage(image);
  if (!catalogue.ok) return catalogue;
  let files = 0;
  const watched = await watchImage(image, ({ path, sizeBytes }) => {
    files++;
    if (isOfPackageTests(path)) return undefined;
    return contentWatch(path, sizeBytes);
  });
  if (!watched.ok) return watched;
  const findings = watched.value.files.flatMap(({ path, layer, isSeen, told }) =>
    told.findings.map((finding) => placed(finding, { path, layer: layer + 1, isSeen })),
  );
  return ok({
    packages: catalogue.value.packages,
    files: [],
    filesSeen: files,
    findings,
    notScanned: [
      ...catalogue.value.notListed.map(({ place, why }) => ({ subject: place, why })),
      ...watched.value.files.flatMap(({ told }) => told.notScanned),
    ],
    isWhole: false,
  });
}

interface ImagePlace {
  readonly path: string;
  readonly layer: number;
  readonly isSeen: boolean;
}

function placed(finding: Finding, { path, layer, isSeen }: ImagePlace): Finding {
  const hidden = isSeen
    ? ''
    : ` (in layer ${layer}; a later one hides it, and it can be taken out all the same)`;
  return { ...finding, title: finding.title + hidden, subject: path, place: { ...finding.place, path } };
}

/** Keeps a file's bytes until it has passed. */
export function contentWatch(path: string, sizeBytes: number): FileWatch<FileScan> | undefined {
  if (sizeBytes === 0) return undefined;
  if (keptBytes(path, sizeBytes) === 0) return largeWatch(path, sizeBytes);
  const chunks: Buffer[] = [];
  return {
    take: (chunk) => void chunks.push(Buffer.from(chunk)),
    end: () => scanContent(path, bytesSource(Buffer.concat(chunks))),
  };
}

/** A large binary is no text, and nobody expects to be told of it. */
function largeWatch(path: string, sizeBytes: number): FileWatch<FileScan> {
  let isBinary: boolean | undefined;
  return {
    take: (chunk) => {
      isBinary ??= chunk.subarray(0, HEAD_BYTES).includes(0);
    },
    end: () => {
      const why = `it has ${sizeBytes} bytes, too many to look for secrets`;
      return { findings: [], notScanned: isBinary && !isModelName(path) ? [] : [{ subject: path, why }] };
    },
  };
}

const HEAD_BYTES = 8192;

import { basename, join } from 'node:path/posix';
import { type Diagnostic, digestOf, fail, ok, type Result } from '../../base/index.ts';
import type { BuildOutcome } from '../../build/index.ts';
import { writeDurably } from '../../host/index.ts';
import { layoutTops } from '../../registry/index.ts';
import {
  type BuildFacts,
  type GateRecord,
  type IndexedImage,
  type IndexedWebApp,
  indexName,
  indexText,
  originBundleName,
  originName,
  RELEASE_FOLDER,
  RELEASE_NAME,
  type ReleaseFile,
  timestampOf,
} from '../../release/index.ts';
import {
  attestFile,
  type KeyRequest,
  SIGNATURE_SUFFIX,
  type SignedFile,
  type Subject,
  signFile,
} from '../../signing/index.ts';
import type { VersionNames } from '../../versions/index.ts';
import { openSigners } from '../signing-keys.ts';
import type { VerbContext } from '../verb.ts';
import { imagesOf } from './archive-files.ts';
import { type ImagePayload, imageBundlePaths, imagePayloads, signImages } from './image-signatures.ts';
import { releaseOrigin } from './origin.ts';

export interface FinishInput {
  readonly root: string;
  readonly facts: BuildFacts;
  readonly names: VersionNames;
  readonly outcome: BuildOutcome;
  readonly files: readonly ReleaseFile[];
  readonly webApps: readonly IndexedWebApp[];
  readonly gates: GateRecord;
  readonly keys: readonly KeyRequest[];
}

export interface FinishedRelease {
  /** With the index and the provenance. */
  readonly files: readonly string[];
  readonly images: readonly IndexedImage[];
  readonly signed: readonly SignedFile[];
}

/** Writes what a release says of itself (its index, its provenance), and signs every file of it. */
export async function finishRelease(
  context: VerbContext,
  input: FinishInput,
): Promise<Result<FinishedRelease, readonly Diagnostic[]>> {
  const { fs } = context.host;
  const { root, facts, names, outcome, files, webApps } = input;
  const images = releaseImages(context, input);
  const index = indexText({
    ...indexHead(input),
    ...{ files: files.map(indexedFile), images, ...(webApps.length > 0 ? { webApps } : {}) },
    gates: input.gates,
  });
  const at = (name: string): string => join(root, RELEASE_FOLDER, name);
  writeDurably(fs, at(indexName(facts.version)), index);
  const payloads = imagePayloads({ version: facts.version, images });
  for (const { name, text } of payloads) writeDurably(fs, at(name), text);
  const subjects = subjectsOf({
    files,
    images,
    payloads,
    outcome,
    index: { name: indexName(facts.version), text: index },
  });
  const origin = await releaseOrigin(context, { root, facts, names, subjects });
  writeDurably(fs, at(originName(facts.version)), origin);
  const all = [
    ...files.map(({ path }) => basename(path)),
    indexName(facts.version),
    originName(facts.version),
    ...payloads.map(({ name }) => name),
  ];
  const signed = await signRelease(context, input, { paths: all.map(at), origin, images });
  return signed.ok ? ok({ files: all, images, signed: signed.value }) : signed;
}

function indexHead({ facts, names }: FinishInput) {
  const { version, channel, number } = names;
  const { commit, buildId, commitTime } = facts;
  return {
    ...{ name: RELEASE_NAME, version, channel, number, commit, buildId },
    timestamp: timestampOf(commitTime),
  };
}

function indexedFile({ path, kind, sizeBytes, sha256 }: ReleaseFile) {
  return { name: basename(path), kind, sizeBytes, sha256 };
}

function releaseImages({ host }: VerbContext, { root, outcome }: FinishInput): readonly IndexedImage[] {
  return imagesOf(outcome).flatMap((image) => {
    const [top] = layoutTops(host.fs, join(root, 'dist', 'images', image.name));
    return top ? [{ ...image, digest: top.digest }] : [];
  });
}

interface SubjectInput extends Pick<FinishInput, 'files' | 'outcome'> {
  readonly images: readonly IndexedImage[];
  readonly payloads: readonly ImagePayload[];
  readonly index: { readonly name: string; readonly text: string };
}

/** Every file that goes out, every image, and every file of the build, each by its name. */
function subjectsOf({ files, images, payloads, outcome, index }: SubjectInput): readonly Subject[] {
  const named = new Map<string, string>([
    ...outcome.artifacts.filter(({ isFile }) => isFile).map(({ path, sha256 }) => [path, sha256] as const),
    ...files.map(({ path, sha256 }) => [basename(path), sha256] as const),
    ...[index, ...payloads].map(({ name, text }) => [name, digestOf(text).hash] as const),
    ...images.map(({ reference, digest }) => [reference, digest.replace('sha256:', '')] as const),
  ]);
  return [...named].map(([name, sha256]) => ({ name, digest: { sha256 } }));
}

interface SignInput {
  /** Absolute. */
  readonly paths: readonly string[];
  readonly origin: string;
  readonly images: readonly IndexedImage[];
}

async function signRelease(
  context: VerbContext,
  { root, facts, keys }: FinishInput,
  { paths, origin, images }: SignInput,
): Promise<Result<readonly SignedFile[], readonly Diagnostic[]>> {
  const { host, signal } = context;
  const { version } = facts;
  const folder = join(root, RELEASE_FOLDER);
  const bundle = join(folder, originBundleName(version));
  const opened = await openSigners(context, keys);
  if (!opened.ok) return opened;
  await using open = opened.value;
  removeOthers(context, {
    paths,
    formats: open.signers.map(({ format }) => format),
    bundles: [bundle, ...imageBundlePaths({ folder, version, images })],
  });
  const signed: SignedFile[] = [];
  for (const path of paths) {
    const done = await signFile(host, open.signers, { path, signal });
    if (!done.ok) return fail([done.failure]);
    signed.push(...done.value);
  }
  signed.push(...attestFile(host, open.signers, { path: bundle, statement: Buffer.from(origin) }));
  signed.push(...signImages(host, open.signers, { folder, version, images, origin }));
  return ok(signed);
}

interface RemoveInput {
  readonly paths: readonly string[];
  readonly formats: readonly string[];
  /** What only a key in PEM makes. */
  readonly bundles: readonly string[];
}

/** Signatures of an earlier release of this version, in a format that this one does not have, say nothing of it. */
function removeOthers({ host }: VerbContext, { paths, formats, bundles }: RemoveInput): void {
  for (const [format, suffix] of Object.entries(SIGNATURE_SUFFIX)) {
    if (formats.includes(format)) continue;
    for (const path of paths) host.fs.remove(`${path}${suffix}`);
    if (format === 'sigstore') for (const path of bundles) host.fs.remove(path);
  }
}

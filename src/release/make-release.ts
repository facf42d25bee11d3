import { basename, dirname, join } from 'node:path/posix';
import { digestOfFile, type FileSystem } from '../host/index.ts';
import { type BuildFacts, buildInfoText } from './build-info.ts';
import { releaseManifest } from './manifest.ts';
import { type FileKind, RELEASE_NAME } from './release-index.ts';

/** Writes the folder as a deterministic `tar.gz`; every entry gets the one time, seconds since 1970. */
export type Archiver = (folder: string, out: string, time: number) => Promise<void>;

/** A text that goes out with the release. */
export interface ReleaseDocument {
  /** After the name and the version: `-changelog.md`. */
  readonly suffix: string;
  readonly kind: FileKind;
  readonly text: string;
}

/** A file of the build that goes out by itself too. */
export interface ReleaseCopy {
  /** Below the workspace. */
  readonly from: string;
  /** With the version in it. */
  readonly name: string;
  readonly kind: FileKind;
}

export interface ReleaseOptions {
  readonly fs: FileSystem;
  /** The workspace, absolute. */
  readonly root: string;
  readonly facts: BuildFacts;
  /** Paths of what the build made, below the workspace: `dist/mobile/hybrid.apk`. */
  readonly artifacts: readonly string[];
  /** Which of them is the scripts' package. */
  readonly scripts: string | undefined;
  /** Image references. */
  readonly containers: readonly string[];
  readonly notes: string | undefined;
  readonly documents?: readonly ReleaseDocument[];
  readonly copies?: readonly ReleaseCopy[];
  /** Below the workspace; `dist/release` unless told. */
  readonly folder?: string;
  readonly archive: Archiver;
}

export interface ReleaseFile {
  /** Below the workspace. */
  readonly path: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Where a release's files are put, below the workspace. */
export const RELEASE_FOLDER = 'dist/release';

/** Documents that a release of this version may have had before. */
const DOCUMENTS = ['-notes.txt', '-changelog.md', '-sbom.spdx.json', '-sbom.cdx.json'];

/**
 * Makes `mobileops-<version>.tar.gz` of what was built (and of nothing else that lies in `dist/`), its `.sha256`, its
 * manifest, documents and copies. The same commit gives the same bytes: times are the commit's, the branch is left out, metrics
 * are not in it.
 */
export async function makeRelease(options: ReleaseOptions): Promise<readonly ReleaseFile[]> {
  const { fs, root, facts, copies = [], folder: below = RELEASE_FOLDER } = options;
  const name = `${RELEASE_NAME}-${facts.version}`;
  const archive = `${name}.tar.gz`;
  const folder = join(root, below);
  fs.makeDirectory(folder);
  await makeArchive(options, archive);
  const made = fileOf(options, archive, 'archive');
  const texts = textsOf(options, made);
  // Those of an earlier release of this version say nothing of this one.
  for (const suffix of DOCUMENTS)
    if (!texts.has(`${name}${suffix}`)) fs.remove(join(folder, `${name}${suffix}`));
  for (const [file, { text }] of texts) fs.replaceFile(join(folder, file), text);
  for (const { from, name: file } of copies) {
    const partial = join(folder, `.${file}.partial`);
    fs.copyFile(join(root, from), partial, 0o644);
    fs.rename(partial, join(folder, file));
  }
  return [
    made,
    ...[...texts].map(([file, { kind }]) => fileOf(options, file, kind)),
    ...copies.map(({ name: file, kind }) => fileOf(options, file, kind)),
  ];
}

async function makeArchive(options: ReleaseOptions, archive: string): Promise<void> {
  const { fs, root, facts, folder = RELEASE_FOLDER } = options;
  const staged = join(root, 'build-cache', 'temp', `${RELEASE_NAME}-${facts.version}`);
  fs.remove(staged);
  try {
    stage(options, staged);
    const partial = join(root, folder, `.${archive}.partial`);
    await options.archive(staged, partial, facts.commitTime);
    fs.rename(partial, join(root, folder, archive));
  } finally {
    fs.remove(staged);
  }
}

function textsOf(
  { facts, containers, scripts, notes, documents = [] }: ReleaseOptions,
  made: ReleaseFile,
): ReadonlyMap<string, Omit<ReleaseDocument, 'suffix'>> {
  const name = `${RELEASE_NAME}-${facts.version}`;
  const archive = basename(made.path);
  const scriptsName = scripts === undefined ? undefined : basename(scripts);
  const { sha256 } = made;
  const manifest = releaseManifest({ facts, scripts: scriptsName, archive, containers, sha256 });
  return new Map<string, Omit<ReleaseDocument, 'suffix'>>([
    [`${archive}.sha256`, { kind: 'checksum', text: `${sha256}  ${archive}\n` }],
    [`${name}-manifest.json`, { kind: 'manifest', text: `${JSON.stringify(manifest, undefined, 4)}\n` }],
    ...(notes === undefined ? [] : ([[`${name}-notes.txt`, { kind: 'notes', text: `${notes}\n` }]] as const)),
    ...documents.map(({ suffix, ...document }) => [`${name}${suffix}`, document] as const),
  ]);
}

function fileOf(
  { fs, root, folder = RELEASE_FOLDER }: ReleaseOptions,
  name: string,
  kind: FileKind,
): ReleaseFile {
  const path = join(folder, name);
  const { hash, sizeBytes } = digestOfFile(fs, join(root, path));
  return { path, kind, sizeBytes, sha256: hash };
}

function stage({ fs, root, facts, artifacts }: ReleaseOptions, staged: string): void {
  fs.makeDirectory(staged);
  fs.writeFile(join(staged, 'build-info.json'), buildInfoText({ ...facts, branch: 'unknown' }));
  for (const path of [...new Set(artifacts)].sort()) {
    const to = join(staged, path.replace(/^dist\//, ''));
    fs.makeDirectory(dirname(to));
    copyTree(fs, join(root, path), to);
  }
}

function copyTree(fs: FileSystem, from: string, to: string): void {
  const stat = fs.lstat(from);
  if (stat?.type === 'directory') {
    fs.makeDirectory(to);
    for (const { name } of fs.readDirectory(from)) copyTree(fs, join(from, name), join(to, name));
  } else if (stat?.type === 'symlink') fs.symlink(fs.readLink(from), to);
  else fs.copyFile(from, to, stat && (stat.mode & 0o100) !== 0 ? 0o755 : 0o644);
}

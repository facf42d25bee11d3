import { basename, dirname, join } from 'node:path/posix';
import { Digester } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import { type BuildFacts, buildInfoText } from './build-info.ts';
import { releaseManifest } from './manifest.ts';

/** Writes the folder as a deterministic `tar.gz`; every entry gets the one time, seconds since 1970. */
export type Archiver = (folder: string, out: string, time: number) => Promise<void>;

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
  readonly archive: Archiver;
}

export interface ReleaseFile {
  /** Below the workspace. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Where a release's files are put, below the workspace. */
const FOLDER = 'dist/release';

/**
 * Makes `mobileops-<version>.tar.gz` of what was built (and of nothing else that lies in `dist/`), its `.sha256` and its
 * manifest. The same commit gives the same bytes: times are the commit's, the branch is left out, metrics are not in it.
 */
export async function makeRelease(options: ReleaseOptions): Promise<readonly ReleaseFile[]> {
  const { fs, root, facts, notes } = options;
  const name = `mobileops-${facts.version}`;
  const archive = `${name}.tar.gz`;
  const folder = join(root, FOLDER);
  const staged = join(root, 'build-cache', 'temp', name);
  fs.makeDirectory(folder);
  fs.remove(staged);
  try {
    stage(options, staged);
    const partial = join(folder, `.${archive}.partial`);
    await options.archive(staged, partial, facts.commitTime);
    fs.rename(partial, join(folder, archive));
  } finally {
    fs.remove(staged);
  }
  const made = fileOf(fs, root, join(FOLDER, archive));
  const { containers } = options;
  const scripts = options.scripts === undefined ? undefined : basename(options.scripts);
  const manifest = releaseManifest({ facts, scripts, archive, containers, sha256: made.sha256 });
  const texts: Record<string, string> = {
    [`${archive}.sha256`]: `${made.sha256}  ${archive}\n`,
    [`${name}-manifest.json`]: `${JSON.stringify(manifest, undefined, 4)}\n`,
    ...(notes === undefined ? {} : { [`${name}-notes.txt`]: `${notes}\n` }),
  };
  // Those of an earlier release of this version say nothing of this one.
  if (notes === undefined) fs.remove(join(folder, `${name}-notes.txt`));
  for (const [file, text] of Object.entries(texts)) fs.replaceFile(join(folder, file), text);
  return [made, ...Object.keys(texts).map((file) => fileOf(fs, root, join(FOLDER, file)))];
}

function fileOf(fs: FileSystem, root: string, path: string): ReleaseFile {
  const full = join(root, path);
  return { path, sizeBytes: fs.lstat(full)!.sizeBytes, sha256: hashFile(fs, full) };
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

const CHUNK_BYTES = 2 ** 20;

function hashFile(fs: FileSystem, path: string): string {
  const digester = new Digester();
  const buffer = new Uint8Array(CHUNK_BYTES);
  using file = fs.open(path, 'r');
  for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
    digester.update(buffer.subarray(0, count));
  }
  return digester.digest().hash;
}

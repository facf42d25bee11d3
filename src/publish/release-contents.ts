import { join } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { digestOfFile, type FileSystem } from '../host/index.ts';
import type { releaseDiagnostics } from '../release/index.ts';
import {
  imageFileNames,
  indexName,
  MAX_INDEX_BYTES,
  originBundleName,
  originName,
  parseIndex,
  RELEASE_NAME,
  type ReleaseIndex,
} from '../release/index.ts';
import type { PublishItem } from './publisher.ts';

/** A release as it lies in its folder, whole and unchanged. */
export interface ReleaseContents {
  readonly index: ReleaseIndex;
  /** All that goes out but the index: files, provenance, and the signatures of everything. */
  readonly items: readonly PublishItem[];
  readonly indexItem: PublishItem;
}

/** What may lie beside a file. */
const SIGNATURES = ['.asc', '.sigstore.json'];

/** The versions of the releases in a folder. */
export function releasedVersions(fs: FileSystem, folder: string): readonly string[] {
  if (fs.lstat(folder)?.type !== 'directory') return [];
  const pattern = new RegExp(`^${RELEASE_NAME}-(.+)-release\\.json$`);
  return fs.readDirectory(folder).flatMap(({ name }) => pattern.exec(name)?.[1] ?? []);
}

/** Reads a release, and whether its files are still those that its index names. */
export function readRelease(
  fs: FileSystem,
  folder: string,
  version: string,
): Result<ReleaseContents, readonly Diagnostic[]> {
  const path = join(folder, indexName(version));
  const stat = fs.lstat(path);
  if (stat?.type !== 'file' || stat.sizeBytes > MAX_INDEX_BYTES) return fail([noRelease(path, version)]);
  const parsed = parseIndex(fs.readText(path));
  if (!parsed.ok)
    return fail([problem('release/bad-index', `this is no index of a release: ${parsed.failure}`, { path })]);
  const index = parsed.value;
  const items: PublishItem[] = [];
  const problems = index.files.flatMap((file) => {
    const item = itemIfThere(fs, folder, file.name);
    if (item?.sha256 === file.sha256) {
      items.push(item);
      return [];
    }
    const at = join(folder, file.name);
    return item
      ? [problem('release/changed-file', 'the file is not the one that was released', { path: at })]
      : [problem('release/lost-file', 'a file of the release is gone', { path: at })];
  });
  if (index.version !== version)
    problems.push(problem('release/bad-index', `it is the index of ${index.version}`, { path }));
  if (problems.length > 0)
    return fail(problems.map((each) => ({ ...each, hint: `make it again: mobileops release v${version}` })));
  const origin = originName(version);
  const images = index.images.map(({ name }) => imageFileNames(version, name));
  const payloads = images.map(({ payload }) => payload);
  const signed = [...index.files.map(({ name }) => name), origin, indexName(version), ...payloads];
  const others = [
    origin,
    originBundleName(version),
    ...images.flatMap((names) => Object.values(names)),
    ...signed.flatMap((name) => SIGNATURES.map((suffix) => `${name}${suffix}`)),
  ];
  items.push(...others.flatMap((name) => itemIfThere(fs, folder, name) ?? []));
  return ok({ index, items, indexItem: itemAt(fs, folder, indexName(version)) });
}

function itemIfThere(fs: FileSystem, folder: string, name: string): PublishItem | undefined {
  return fs.lstat(join(folder, name))?.type === 'file' ? itemAt(fs, folder, name) : undefined;
}

function itemAt(fs: FileSystem, folder: string, name: string): PublishItem {
  const path = join(folder, name);
  const { hash, sizeBytes } = digestOfFile(fs, path);
  return { name, path, sizeBytes, sha256: hash };
}

function noRelease(path: string, version: string): Diagnostic {
  const hint = `make it first: mobileops release v${version}`;
  return problem('release/no-release', `there is no release ${version}`, { path, hint });
}

function problem(
  code: keyof typeof releaseDiagnostics,
  message: string,
  more: Pick<Diagnostic, 'path' | 'hint'>,
): Diagnostic {
  return { code, severity: 'error', message, cause: 'input', ...more };
}

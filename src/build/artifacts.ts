import { join } from 'node:path';
import type { Tree } from '../action/index.ts';
import { type Diagnostic, formatDigest, formatLabel, type Label, parseDigest } from '../base/index.ts';
import type { FileSystem } from '../host/index.ts';
import type { DeclaredArtifact } from '../rules/index.ts';
import { isIntact, treeSizeBytes, writeArtifact } from './dist.ts';
import { escapingLink } from './escaping-link.ts';
import type { LayeredCas } from './layered-cas.ts';
import type { BuiltArtifact } from './outcome.ts';
import type { ArtifactMemo } from './state.ts';

export interface ArtifactOptions {
  readonly fs: FileSystem;
  readonly cas: LayeredCas;
  /** The workspace's folder. */
  readonly root: string;
  /** Labels of targets whose artifacts are known to lie there as they were written. */
  readonly intact?: ReadonlySet<string> | undefined;
}

/** `lost`: the store lacks a blob and the target must be built again. */
export type ArtifactResult =
  | { readonly kind: 'done'; readonly memo: ArtifactMemo; readonly built: BuiltArtifact }
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic };

/** An artifact that cannot be put into `dist/` as it came out. */
export function badArtifact(message: string): Diagnostic {
  return { code: 'build/bad-artifact', severity: 'error', message };
}

/** Puts a freshly built artifact into `dist/`; one that lies there already with the same content is left alone. */
export function putArtifact(
  options: ArtifactOptions,
  label: Label,
  artifact: {
    readonly declared: DeclaredArtifact;
    readonly tree: Tree;
    readonly before: ArtifactMemo | undefined;
  } & Pick<ArtifactMemo, 'contentSha256' | 'validUntilMs'>,
): ArtifactResult {
  const { declared, tree, before, contentSha256, validUntilMs } = artifact;
  const link = escapingLink(tree);
  if (link) {
    return {
      kind: 'refused',
      diagnostic: badArtifact(
        `artifact ${declared.name} has a link that leaves it: ${link.path} -> ${link.target}`,
      ),
    };
  }
  const only = tree.files[0];
  if (
    declared.isFile &&
    (!only || tree.files.length + tree.directories.length + tree.symlinks.length !== 1)
  ) {
    return { kind: 'refused', diagnostic: badArtifact(`artifact ${declared.name} should be one file`) };
  }
  options.cas.putTree(tree);
  const root = formatDigest(tree.digest);
  const { name, type, path, isFile } = declared;
  const sha256 = isFile ? only!.digest.hash : tree.digest.hash;
  const memo: ArtifactMemo = {
    name,
    type,
    path,
    root,
    isFile,
    sizeBytes: treeSizeBytes(tree),
    sha256,
    ...(contentSha256 === undefined ? {} : { contentSha256 }),
    ...(validUntilMs === undefined ? {} : { validUntilMs }),
    written: [],
  };
  const same =
    before?.root === root &&
    before.path === path &&
    isIntact(options.fs, distPath(options, path), before.written);
  if (same) return done(label, { ...memo, written: before.written }, 'unchanged');
  return written(options, label, { memo, tree, status: 'built' });
}

/** Makes sure that a remembered artifact lies in `dist/` as it was written. */
export function keepArtifact(options: ArtifactOptions, label: Label, memo: ArtifactMemo): ArtifactResult {
  const isKnown = options.intact?.has(formatLabel(label)) && memo.written.length > 0;
  if (isKnown || isIntact(options.fs, distPath(options, memo.path), memo.written))
    return done(label, memo, 'unchanged');
  const root = parseDigest(memo.root);
  const tree = root && options.cas.getTree(root);
  return tree ? written(options, label, { memo, tree, status: 'restored' }) : { kind: 'lost' };
}

/** Removes what an earlier build put into `dist/` under a path that is no longer anyone's. */
export function removeArtifacts(options: ArtifactOptions, paths: Iterable<string>): void {
  for (const path of paths) options.fs.remove(distPath(options, path));
}

function written(
  options: ArtifactOptions,
  label: Label,
  artifact: { readonly memo: ArtifactMemo; readonly tree: Tree; readonly status: BuiltArtifact['status'] },
): ArtifactResult {
  const { memo, tree, status } = artifact;
  const place = { path: distPath(options, memo.path), isFile: memo.isFile, dist: distPath(options, '') };
  const result = writeArtifact(options, tree, place);
  return 'lost' in result ? { kind: 'lost' } : done(label, { ...memo, written: result.written }, status);
}

function done(label: Label, memo: ArtifactMemo, status: BuiltArtifact['status']): ArtifactResult {
  const { name, type, isFile, sizeBytes, sha256, contentSha256 } = memo;
  const built = {
    label: formatLabel(label),
    name,
    type,
    path: join('dist', memo.path),
    isFile,
    sizeBytes,
    sha256,
    ...(contentSha256 === undefined ? {} : { contentSha256 }),
    status,
  };
  return { kind: 'done', memo, built };
}

function distPath(options: ArtifactOptions, path: string): string {
  return join(options.root, 'dist', path);
}

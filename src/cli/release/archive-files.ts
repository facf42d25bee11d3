import { relative } from 'node:path/posix';
import { type Diagnostic, formatSizeBytes, InternalError, tableLines } from '../../base/index.ts';
import type { BuildOutcome } from '../../build/index.ts';
import type { Host } from '../../host/index.ts';
import { tagOfVersion } from '../../oci/index.ts';
import type { IndexedImage, ReleaseFile, ReleaseOptions } from '../../release/index.ts';
import { dispatch, TOOL_VERSIONS } from '../../tools/index.ts';
import type { CliCode } from '../diagnostics.ts';

/** The images of a build, and what they are called in registries. */
export function imagesOf({
  identity,
  targets,
}: Pick<BuildOutcome, 'identity' | 'targets'>): readonly Pick<IndexedImage, 'name' | 'reference'>[] {
  const { registry = '', imagePrefix = '', version = '' } = identity ?? {};
  const tag = tagOfVersion(version) ?? version;
  return targets
    .filter(({ label }) => label.startsWith('image:'))
    .map(({ label }) => label.slice('image:'.length))
    .map((name) => ({ name, reference: `${registry}/${imagePrefix}${name}:${tag}` }));
}

/** What of a build goes into an archive, and what its manifest names. */
export function partsOf(outcome: BuildOutcome): Pick<ReleaseOptions, 'artifacts' | 'scripts' | 'containers'> {
  const { artifacts } = outcome;
  return {
    artifacts: artifacts.map(({ path }) => path),
    scripts: artifacts.find(({ label, type }) => label === 'scripts' && type === 'tarball')?.path,
    containers: imagesOf(outcome).map(({ reference }) => reference),
  };
}

export function nothingBuilt(): Diagnostic {
  const code: CliCode = 'cli/nothing-to-release';
  const hint = 'declare `artifacts` in a target';
  return { code, severity: 'error', message: 'the build made no artifacts', hint, cause: 'input' };
}

/** Writes archives by our own command. */
export function archiver(
  { fs, env }: Host,
  root: string,
): (folder: string, out: string, time: number) => Promise<void> {
  return async (folder, out, time) => {
    const argv = [
      'archive',
      `v${TOOL_VERSIONS.archive}`,
      '--format',
      'tar.gz',
      '--out',
      out,
      '--time',
      `${time}`,
    ];
    const temporaryDirectory = `${env.temporaryDirectory}/mobileops-release-${env.pid}`;
    const result = await dispatch([...argv, folder], { fs, workingDirectory: root, temporaryDirectory });
    if (!result.ok) throw new InternalError(`archive ${relative(root, out)}: ${result.failure.message}`);
  };
}

/** A line for each file: its path, the start of its digest (where there is room for it), its size. */
export function fileList(files: readonly ReleaseFile[], columns: number): string {
  const rows = files.map(({ path, sizeBytes, sha256 }) => [
    path,
    sha256.slice(0, 12),
    formatSizeBytes(sizeBytes),
  ]);
  return tableLines(rows, { columns, optional: [1], whole: [0], figures: [2] })
    .flat()
    .join('\n');
}

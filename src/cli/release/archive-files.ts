import { relative } from 'node:path/posix';
import { formatSizeBytes, InternalError } from '../../base/index.ts';
import type { BuildOutcome } from '../../build/index.ts';
import type { Host } from '../../host/index.ts';
import type { ReleaseFile } from '../../release/index.ts';
import { dispatch, TOOL_VERSIONS } from '../../tools/index.ts';

/** What the images of a build are called in registries. */
export function containersOf(outcome: BuildOutcome): string[] {
  const { registry = '', imagePrefix = '', version = '' } = outcome.identity ?? {};
  const images = outcome.targets.filter(({ label }) => label.startsWith('image:'));
  return images.map(({ label }) => `${registry}/${imagePrefix}${label.slice('image:'.length)}:${version}`);
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

/** A line for each file: its path, the start of its digest, its size. */
export function fileList(files: readonly ReleaseFile[]): string {
  const width = Math.max(...files.map(({ path }) => path.length));
  return files
    .map(
      ({ path, sizeBytes, sha256 }) =>
        `${path.padEnd(width)}  ${sha256.slice(0, 12)}  ${formatSizeBytes(sizeBytes)}`,
    )
    .join('\n');
}

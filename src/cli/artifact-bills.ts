import { dirname, join } from 'node:path/posix';
import { counted } from '../base/index.ts';
import type { BuiltArtifact } from '../build/index.ts';
import { cyclonedxText, spdxText } from '../sbom/index.ts';
import { findWorkspaceRoot } from '../workspace/index.ts';
import { listArtifact } from './release/release-sbom.ts';
import { refuse } from './report/reporter.ts';
import type { ExitCode, VerbContext } from './verb.ts';

const FOLDER = 'dist/sbom';

/** Writes a bill for each image and app that was built, an image's for each of its platforms; theirs is the time that the content tells. */
export async function writeBills(
  context: VerbContext,
  artifacts: readonly BuiltArtifact[],
): Promise<ExitCode> {
  const { host, reporter, flags, program } = context;
  const root = findWorkspaceRoot(host.fs, context.directory)!;
  const isSpdx = flags.text('sbom') === 'spdx';
  let written = 0;
  for (const artifact of artifacts.filter(isListed)) {
    const listed = await listArtifact(context, root, artifact);
    if (!listed.ok) return refuse(reporter, listed.failure);
    for (const { path, bill } of listed.value) {
      const file = join(root, FOLDER, `${path.replace(/[ /]/g, '-')}.${isSpdx ? 'spdx' : 'cdx'}.json`);
      host.fs.makeDirectory(dirname(file));
      host.fs.replaceFile(
        file,
        isSpdx ? spdxText(bill, program.version) : cyclonedxText(bill, program.version),
      );
      written++;
    }
  }
  reporter.note(`${counted(written, 'bill')} of materials in ${FOLDER}`);
  return 0;
}

function isListed({ label, path }: BuiltArtifact): boolean {
  return label.startsWith('image:') || (label.startsWith('app:') && /\.(apk|aab|ipa)$/.test(path));
}

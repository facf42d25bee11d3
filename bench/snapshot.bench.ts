/** The state of 10,000 sources in 1000 folders: first reading, unchanged, and one file changed. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realHost } from '../src/host/index.ts';
import { type SourceSnapshot, snapshotSources } from '../src/workspace/index.ts';
import { micro, printFigures } from './micro-measure.ts';
import { makeWorkspace, sourceFiles, writeFiles } from './workspace.ts';

const FILES = 10_000;
const root = mkdtempSync(join(tmpdir(), 'mobileops-bench-'));
const { fs, processes, env } = realHost();
const workspace = makeWorkspace(1000);
const snapshot = async (): Promise<SourceSnapshot> => {
  const { value } = await snapshotSources({ fs, processes, variables: env.variables, root });
  if (value.counts.files !== FILES) throw new Error(`${value.counts.files} files`);
  for (const { name } of workspace.components) value.tree(`components/${name}`);
  return value;
};
try {
  writeFiles(root, sourceFiles(workspace));
  await micro('snapshot, all files read, each file', FILES, () => {
    rmSync(join(root, 'build-cache'), { recursive: true, force: true });
    return snapshot();
  });
  await snapshot();
  await micro('snapshot, nothing changed, each file', FILES, snapshot);
  await micro('snapshot, one file changed, each file', FILES, (run) => {
    writeFileSync(join(root, 'components/c500/src/file0.txt'), String(run));
    return snapshot();
  });
  const { value } = await snapshotSources({ fs, processes, variables: env.variables, root });
  await micro('paths of a folder, each folder', 1000, () => {
    for (const { name } of workspace.components) value.paths(`components/${name}`);
  });
} finally {
  rmSync(root, { recursive: true });
}
printFigures();

import { makeRelease } from '../../release/index.ts';
import { findWorkspaceRoot } from '../../workspace/index.ts';
import { outcomeJson } from '../outcome-json.ts';
import { archiver, fileList, nothingBuilt, partsOf } from '../release/archive-files.ts';
import { refuse } from '../report/reporter.ts';
import { runBuild } from '../run-build.ts';
import type { Verb } from '../verb.ts';
import { requestOf } from './build.ts';

/** Apart from releases: what lies here was promised to nobody. */
const FOLDER = 'dist/package';

/** Builds all and puts it into one archive, with its checksum and manifest; no version is taken by it and nothing is signed. */
export const packageVerb: Verb = async (context) => {
  const { host, reporter, directory } = context;
  const root = findWorkspaceRoot(host.fs, directory);
  const request = requestOf(context, 'build', ['all']);
  const { outcome, facts } = await runBuild(context, request, { isReported: false, verb: 'package' });
  if (outcome.exitCode !== 0 || root === undefined || !facts) {
    if (reporter.isJson) reporter.json(outcomeJson(outcome));
    return outcome.exitCode;
  }
  if (outcome.artifacts.length === 0) return refuse(reporter, [nothingBuilt()]);
  const files = await makeRelease({
    fs: host.fs,
    root,
    facts,
    ...partsOf(outcome),
    notes: undefined,
    folder: FOLDER,
    archive: archiver(host, root),
  });
  if (reporter.isJson) reporter.json({ ...outcomeJson(outcome), package: { version: facts.version, files } });
  else reporter.result(fileList(files, reporter.columns));
  return 0;
};

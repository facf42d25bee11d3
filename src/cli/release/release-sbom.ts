import { basename, join } from 'node:path/posix';
import { appDiagnostic } from '../../apps/index.ts';
import { compareTexts, type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { BuildOutcome, BuiltArtifact } from '../../build/index.ts';
import {
  inspectionDiagnostic,
  layoutPlatforms,
  machinePlatform,
  openImage,
  platformText,
} from '../../inspection/index.ts';
import { RELEASE_NAME, type ReleaseDocument } from '../../release/index.ts';
import {
  billOf,
  catalogueFile,
  catalogueFolder,
  cyclonedxText,
  loadApps,
  loadImages,
  type ReleasedArtifact,
  releaseSbom,
  type Sbom,
  spdxText,
} from '../../sbom/index.ts';
import type { VerbContext } from '../verb.ts';
import { listWorkspace } from '../workspace-sbom.ts';

export interface ListedRelease {
  /** The workspace, absolute. */
  readonly root: string;
  readonly version: string;
  /** Seconds since 1970. */
  readonly commitTime: number;
  readonly outcome: Pick<BuildOutcome, 'artifacts'>;
}

/** Both forms of the bill of a release. Their time is the commit's, whatever the environment says. */
export async function billsOf(
  context: VerbContext,
  release: ListedRelease,
): Promise<Result<readonly ReleaseDocument[], readonly Diagnostic[]>> {
  const listed = await listRelease(context, release);
  if (!listed.ok) return listed;
  const { version } = context.program;
  return ok([
    { suffix: '-sbom.spdx.json', kind: 'sbom', text: spdxText(listed.value, version) },
    { suffix: '-sbom.cdx.json', kind: 'sbom', text: cyclonedxText(listed.value, version) },
  ]);
}

type Artifacts = Result<readonly ReleasedArtifact[], readonly Diagnostic[]>;

/** The bill of a release: of each of its artifacts, of every platform of an image, and of the targets that made them. */
async function listRelease(
  context: VerbContext,
  { root, version, commitTime, outcome }: ListedRelease,
): Promise<Result<Sbom, readonly Diagnostic[]>> {
  const workspace = await listWorkspace(context);
  if (!workspace.ok) return workspace;
  const listed: ReleasedArtifact[] = [];
  const artifacts = [...outcome.artifacts].sort((a, b) => compareTexts(a.path, b.path));
  for (const artifact of artifacts) {
    context.signal.throwIfAborted();
    const one = await listArtifact(context, root, artifact);
    if (!one.ok) return one;
    listed.push(...one.value);
  }
  const name = `${RELEASE_NAME}-${version}`;
  const facts = { name, version, created: commitTime, workspace: workspace.value, artifacts: listed };
  return ok(releaseSbom(facts));
}

type Artifact = Pick<BuiltArtifact, 'path' | 'label'>;

/** What is in one artifact; of an image of several platforms, one for each. */
export async function listArtifact(
  context: VerbContext,
  root: string,
  artifact: Artifact,
): Promise<Artifacts> {
  const { fs } = context.host;
  const full = join(root, artifact.path);
  const path = artifact.path.replace(/^dist\//, '');
  const { label } = artifact;
  if (fs.lstat(join(full, 'oci-layout'))) return listImage(context, full, { path, label });
  const world = { fs, signal: context.signal };
  if (fs.lstat(full)?.type === 'directory') {
    const catalogue = await catalogueFolder(world, full);
    const subject = { id: `folder:${path}`, type: 'application' as const, name: basename(path) };
    return ok([{ path, label, bill: billOf(subject, catalogue) }]);
  }
  if (/\.(apk|aab|ipa)$/i.test(path)) {
    const { appSbom, catalogueApp } = await loadApps();
    const app = await catalogueApp({ ...world, nowMs: context.host.clock.now() }, { path: full, name: path });
    return app.ok ? ok([{ path, label, bill: appSbom(app.value) }]) : fail([appDiagnostic(app.failure)]);
  }
  const { subject, catalogue } = catalogueFile(world, full);
  return ok([{ path, label, bill: billOf(subject, catalogue) }]);
}

/** Each platform is an image of its own; which machine makes the release must not matter. */
async function listImage(
  { host, signal }: VerbContext,
  full: string,
  { path, label }: Artifact,
): Promise<Artifacts> {
  const world = { fs: host.fs, signal };
  const machine = machinePlatform(host.env.architecture);
  const { imageSbom } = await loadImages();
  const listed: ReleasedArtifact[] = [];
  const platforms = await layoutPlatforms(world, full);
  for (const platform of platforms) {
    const opened = await openImage(world, { name: path, path: full, platform, machine });
    if (!opened.ok) return fail([inspectionDiagnostic(opened.failure)]);
    const bill = await imageSbom(opened.value, { name: basename(path) });
    if (!bill.ok) return fail([inspectionDiagnostic(bill.failure)]);
    const place = platforms.length > 1 ? `${path} ${platformText(platform)}` : path;
    listed.push({ path: place, label, bill: bill.value });
  }
  return ok(listed);
}

import { join } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import type { Host } from '../../host/index.ts';
import { explain } from '../causes/explain.ts';
import { Comparison } from '../contents/compare-contents.ts';
import { compareEntries } from '../contents/compare-entries.ts';
import { compareImages } from '../contents/compare-images.ts';
import type { Consequences } from '../contents/consequences.ts';
import { diskEntries } from '../contents/entries.ts';
import { contentUnderSignature } from '../contents/signed-content.ts';
import type { Found, Sides } from '../model.ts';
import { proven } from '../proof.ts';
import type { ArtifactReport, TargetReport } from '../report.ts';
import type { Builder } from './builder.ts';
import type { BuiltFile, ChildBuild } from './child-build.ts';
import type { StepReports } from './report-steps.ts';

export interface TargetsOptions {
  readonly host: Host;
  readonly builders: readonly [Builder, Builder];
  readonly builds: readonly [ChildBuild, ChildBuild];
  readonly sides: Sides;
  /** Learns what differs. */
  readonly consequences: Consequences;
}

/** Completes the reports once it is known what running steps again has shown. */
export type TargetReports = (steps: StepReports) => readonly TargetReport[];

/** Compares what both builds put into `dist/`. */
export async function reportTargets(options: TargetsOptions): Promise<Result<TargetReports, Diagnostic>> {
  const [a, b] = options.builds.map(({ document }) => byPath(document?.artifacts ?? []));
  const { consequences } = options;
  const reports = new Map<string, ComparedArtifact[]>();
  for (const { label } of options.builds[0].document?.targets ?? []) reports.set(label, []);
  for (const path of [...new Set([...a!.keys(), ...b!.keys()])].sort()) {
    const pair = { path, a: a!.get(path), b: b!.get(path) };
    const report = await compareArtifact(options, pair);
    if (!report.ok) return report;
    const { label } = (pair.a ?? pair.b)!;
    reports.set(label, [...(reports.get(label) ?? []), report.value]);
  }
  return ok(({ steps, innocent }) =>
    [...reports].map(([label, artifacts]) => ({
      label,
      isSame: artifacts.every(({ isSame }) => isSame),
      artifacts: artifacts.map(({ found, ...artifact }) => ({
        ...artifact,
        differences: found.map((each) =>
          proven(explain(each, { sides: options.sides, consequences }), steps, { innocent, label }),
        ),
      })),
    })),
  );
}

function byPath(artifacts: readonly BuiltFile[]): ReadonlyMap<string, BuiltFile> {
  return new Map(artifacts.map((artifact) => [artifact.path, artifact]));
}

interface ArtifactPair {
  readonly path: string;
  readonly a: BuiltFile | undefined;
  readonly b: BuiltFile | undefined;
}

interface ComparedArtifact extends Omit<ArtifactReport, 'differences'> {
  readonly found: readonly Found[];
}

async function compareArtifact(
  options: TargetsOptions,
  { path, a, b }: ArtifactPair,
): Promise<Result<ComparedArtifact, Diagnostic>> {
  const { type } = (a ?? b)!;
  const digests = { ...(a ? { a: a.sha256 } : {}), ...(b ? { b: b.sha256 } : {}) };
  const common = { path, type, ...digests };
  if (!a || !b) {
    const found: Found = { kind: 'only', place: [path], side: a ? 'a' : 'b', what: type };
    return ok({ ...common, isSame: false, found: [found], leftOut: 0 });
  }
  const isSame = a.sha256 === b.sha256 && a.isFile === b.isFile;
  const signed = a.isFile ? underSignature(options, path) : undefined;
  const whole = { ...common, isSame, ...(signed ? { underSignature: signed } : {}) };
  if (isSame) return ok({ ...whole, found: [], leftOut: 0 });
  const comparison = new Comparison(options.consequences);
  const compared = await compareInside(options, comparison, path);
  return compared.ok ? ok({ ...whole, found: comparison.found, leftOut: comparison.leftOut }) : compared;
}

async function compareInside(
  options: TargetsOptions,
  comparison: Comparison,
  path: string,
): Promise<Result<undefined, Diagnostic>> {
  const { host, builders } = options;
  const [a, b] = builders.map(({ workspace }) => join(workspace, path));
  const { fs, env } = host;
  if (fs.lstat(join(a!, 'oci-layout')) && fs.lstat(join(b!, 'oci-layout'))) {
    learnBlobs(options, [a!, b!]);
    const { signal } = new AbortController();
    const pair = { place: [path], a: a!, b: b!, architecture: env.architecture };
    const compared = await compareImages(comparison, { fs, signal }, pair);
    if (!compared.ok) return fail(compared.failure);
    // A layout says more than its image does.
    if (comparison.found.length > 0) return ok(undefined);
  }
  await compareEntries(comparison, [path], diskEntries(fs, a!), diskEntries(fs, b!));
  return ok(undefined);
}

/** Blobs of a layout are named by their digests. */
function learnBlobs(
  { host: { fs }, consequences }: TargetsOptions,
  layouts: readonly [string, string],
): void {
  const [a, b] = layouts.map((layout) => {
    const folder = join(layout, 'blobs', 'sha256');
    return new Set(fs.lstat(folder) ? fs.readDirectory(folder).map(({ name }) => name) : []);
  });
  for (const name of a!) if (!b!.has(name)) consequences.addDigest('a', name);
  for (const name of b!) if (!a!.has(name)) consequences.addDigest('b', name);
}

const SIGNED = /\.(?:apk|aab|jar)$/;

function underSignature(
  { host, builders }: TargetsOptions,
  path: string,
): { readonly a: string; readonly b: string } | undefined {
  if (!SIGNED.test(path)) return undefined;
  const [a, b] = builders.map(({ workspace }) =>
    contentUnderSignature(Buffer.from(host.fs.readFile(join(workspace, path)))),
  );
  return a === undefined || b === undefined ? undefined : { a, b };
}

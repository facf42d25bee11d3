import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import type { Ecosystem } from '../packages/index.ts';
import { damagedDiagnostic, type ScanReport, type Severity, scanTarget } from '../scan/index.ts';
import { scanPolicy } from './scan-policy.ts';
import { type OpenedSubject, openSubject } from './scan-subject.ts';
import { databasePlaces } from './scan-update.ts';
import type { VerbContext } from './verb.ts';

export interface Scanned {
  readonly report: ScanReport;
  /** From which severity on a finding counts, as the workspace has it. */
  readonly threshold: Severity;
}

/** Scans what the words of the command line mean, by the exceptions of the workspace around. */
export async function scanNamed(context: VerbContext): Promise<Result<Scanned, readonly Diagnostic[]>> {
  const opened = await openSubject(context);
  return opened.ok ? scanOpened(context, opened.value) : opened;
}

async function scanOpened(
  context: VerbContext,
  { subject, workspace, diagnostics }: OpenedSubject,
): Promise<Result<Scanned, readonly Diagnostic[]>> {
  const { flags, signal, host } = context;
  const configuration = workspace?.workspace.configuration;
  const settings = configuration?.quality.securityScan;
  const scanned = await scanTarget(subject, {
    places: databasePlaces(context),
    policy: scanPolicy(settings, flags.number('max-age')),
    imagePrefix: configuration?.imagePrefix ?? 'mobileops-',
    nowMs: host.clock.now(),
    signal,
  });
  if (!scanned.ok) return fail([...diagnostics, damagedDiagnostic(scanned.failure)]);
  const report = { ...scanned.value, diagnostics: [...diagnostics, ...scanned.value.diagnostics] };
  return ok({ report, threshold: settings?.allowHighSeverity ? 'critical' : 'high' });
}

/** Of which ecosystems there are packages in it. */
export async function namedPackages(
  context: VerbContext,
): Promise<Result<readonly Ecosystem[], readonly Diagnostic[]>> {
  const opened = await openSubject(context);
  if (!opened.ok) return opened;
  return ok([...new Set(opened.value.subject.packages.map(({ ecosystem }) => ecosystem))].sort());
}

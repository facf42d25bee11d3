import { counted } from '../base/index.ts';
import type { QualitySettings } from '../config/index.ts';
import { basisLines, type ScanReport } from '../scan/index.ts';
import { MEASURED } from './coverage/target-coverage.ts';
import type { CheckedTarget, TestRun } from './gates/check-input.ts';
import { codeQualityLines } from './gates/code-quality.ts';
import { applyExceptions } from './gates/exceptions.ts';
import { type LicensedPackages, licenceLines } from './gates/licences.ts';
import { type LoadRun, nothingServed, performanceLines } from './gates/performance.ts';
import { securityLines } from './gates/security-scan.ts';
import { testCoverageLines } from './gates/test-coverage.ts';
import { type BuiltTarget, testLines } from './gates/tests.ts';
import { type Gate, type GateLine, type GateReport, gateReport } from './model.ts';

/** All that was measured; what is absent was not asked for, as its gate does not count. */
export interface Measured {
  readonly targets: readonly BuiltTarget[];
  readonly tests: readonly TestRun[];
  readonly checked: readonly CheckedTarget[];
  readonly loads: readonly LoadRun[];
  readonly scan?: ScanReport | Unmeasured;
  readonly licences?: LicensedPackages | Unmeasured;
  /** Made elsewhere, such as those of SonarQube. */
  readonly others?: readonly GateLine[];
}

/** What could not be measured at all. */
export interface Unmeasured {
  readonly why: string;
  readonly isMissing?: true;
}

/** The whole verdict: a line for everything that a gate of the configuration looks at. */
export function judge(measured: Measured, settings: QualitySettings, nowMs: number): GateReport {
  const { codeQuality, testCoverage, securityScan, performanceTest, licences } = settings;
  const gates: readonly (readonly [Gate, boolean, () => readonly GateLine[]])[] = [
    ['codeQuality', codeQuality.enabled, () => codeQualityLines(measured.checked, codeQuality.threshold)],
    [
      'testCoverage',
      testCoverage.enabled,
      () => testCoverageLines(measured.checked, measured.tests, testCoverage.threshold),
    ],
    ['securityScan', securityScan.enabled, () => scanLines(measured.scan, securityScan.allowHighSeverity)],
    ['performanceTest', performanceTest.enabled, () => loadLines(measured, settings)],
    ['licences', licences.enabled, () => packageLines(measured.licences, settings)],
  ];
  const lines = gates.flatMap(([gate, isEnabled, linesOf]) => {
    if (!isEnabled) return [offLine(gate, 'the configuration does not ask for it')];
    const found = linesOf();
    if (found.length > 0) return found;
    const unseen = OF_TARGETS.includes(gate) ? notPlanned(measured) : [];
    if (unseen.length > 0) return [notMeasured(gate, { why: `${unseen.join(', ')} could not be built` })];
    return [offLine(gate, 'there is nothing that it looks at')];
  });
  const all = [...testLines(measured.targets, measured.tests), ...lines, ...(measured.others ?? [])];
  const excepted = applyExceptions(all, settings.exceptions, nowMs);
  const { scan } = measured;
  const notes = [
    ...(securityScan.enabled && scan && !('why' in scan) ? basisLines(scan) : []),
    ...notLookedAt(measured.checked),
    ...(performanceTest.enabled ? notLoaded(measured.targets) : []),
  ];
  return gateReport(excepted.lines, [...notes, ...excepted.notes]);
}

/** Gates that look at what the build tells of targets. */
const OF_TARGETS: readonly Gate[] = ['codeQuality', 'testCoverage', 'performanceTest'];

/** Targets of which nothing is known: what they have, no gate has seen. */
function notPlanned({ targets, checked }: Measured): string[] {
  const known = new Set(checked.map(({ label }) => label));
  const isUnbuilt = ({ status }: BuiltTarget): boolean => status === 'failed' || status === 'skipped';
  return targets.filter((each) => isUnbuilt(each) && !known.has(each.label)).map(({ label }) => label);
}

/** An image may hold a service, too. */
function notLoaded(targets: readonly BuiltTarget[]): string[] {
  const images = targets.map(({ label }) => label).filter((label) => label.startsWith('image:'));
  if (images.length === 0) return [];
  return [`images are not started and loaded, so no response times are known of ${images.join(', ')}`];
}

function scanLines(scan: Measured['scan'], allowHighSeverity: boolean): readonly GateLine[] {
  if (!scan || 'why' in scan) return [notMeasured('securityScan', scan)];
  return securityLines(scan, allowHighSeverity);
}

function loadLines(measured: Measured, { performanceTest, isStated }: QualitySettings): readonly GateLine[] {
  const { loads } = measured;
  if (loads.length > 0) return performanceLines(loads, performanceTest.maxResponseTimeMs);
  return notPlanned(measured).length > 0 ? [] : [nothingServed(isStated)];
}

function packageLines(packages: Measured['licences'], { licences }: QualitySettings): readonly GateLine[] {
  if (!packages || 'why' in packages) return [notMeasured('licences', packages)];
  return licenceLines(packages, licences);
}

function notMeasured(gate: Gate, { why, isMissing }: Unmeasured = { why: 'it was not run' }): GateLine {
  const missing = isMissing ? { isMissing } : {};
  return { gate, subject: 'workspace', status: 'not-measured', why, evidence: [], details: [], ...missing };
}

function offLine(gate: Gate, why: string): GateLine {
  return { gate, subject: 'workspace', status: 'off', why, evidence: [], details: [] };
}

/** Sources that no linter checks and whose tests cannot be measured. */
function notLookedAt(targets: readonly CheckedTarget[]): string[] {
  const unmeasured = targets.flatMap(({ label, sources }) => {
    const files = sources.filter(({ language, isCoverable }) => isCoverable && !MEASURED.includes(language));
    return [...Map.groupBy(files, ({ language }) => language)].map(
      ([language, own]) => [label, language, own.length] as const,
    );
  });
  const unlinted = targets.flatMap(({ label, notLinted }) =>
    Object.entries(notLinted).map(([language, files]) => [label, language, files] as const),
  );
  const text = ([label, language, files]: readonly [string, string, number]): string =>
    `${language} of ${label} (${counted(files, 'file')})`;
  return [
    ...(unlinted.length > 0 ? [`no linter here checks ${unlinted.map(text).join(', ')}`] : []),
    ...(unmeasured.length > 0 ? [`no coverage is measured of ${unmeasured.map(text).join(', ')}`] : []),
  ];
}

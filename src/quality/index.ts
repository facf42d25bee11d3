/**
 * The gates of `mobileops check`: what linters, tests, scanners and load said, against the thresholds of the configuration. Each
 * line of a `GateReport` is a figure with its evidence, or says why there is none, which fails like a bad figure. Pure: linters and
 * tests are actions of the build, the scan is `scan`'s; here their reports are read and judged. What a finding means is not
 * decided here, only whether it passes.
 *
 * Formats read: JSON of ruff, pylint, Biome, ESLint and ShellCheck; coverage.py's JSON, Istanbul's JSON, lcov's tracefile, JaCoCo's XML.
 */
export { type QualityCode, qualityDiagnostics } from './diagnostics.ts';
export type { CheckedTarget, LintRun, TestRun } from './gates/check-input.ts';
export type { LicensedPackages } from './gates/licences.ts';
export type { LoadRun } from './gates/performance.ts';
export { judge, type Measured, type Unmeasured } from './judge.ts';
export {
  type Evidence,
  exitCodeOfReport,
  type Gate,
  type GateLine,
  type GateReport,
  gateReport,
  isRed,
} from './model.ts';
export { htmlReport } from './report/html.ts';
export { junitReport } from './report/junit.ts';
export { evidenceText, titleOf } from './report/rows.ts';
export { type Paint, reportTable } from './report/text.ts';
export { type SonarOptions, sonarLines } from './sonar/sonar-gate.ts';

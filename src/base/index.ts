/**
 * The words that every module shares: content digests, labels, diagnostics with places in a text,
 * results, counts, durations and sizes. Pure: nothing here touches the disk, the clock or the network.
 */

export { cellsOf, cleanLine, cleanText, fitColumns, lastLines, wrapText } from './clean-text.ts';
export { compareTexts } from './compare-texts.ts';
export { counted } from './counted.ts';
export { type DerValue, derOctets, derValueAt, derValues } from './der.ts';
export {
  type Checked,
  type Diagnostic,
  type DiagnosticJson,
  type DiagnosticStyle,
  diagnosticToJson,
  hasErrors,
  type RelatedSpan,
  renderDiagnostic,
  type Severity,
} from './diagnostic.ts';
export {
  type Digest,
  Digester,
  digestOf,
  EMPTY_DIGEST,
  formatDigest,
  parseDigest,
  sameDigest,
  sha256,
} from './digest.ts';
export { compareDottedNumbers } from './dotted-numbers.ts';
export { formatDurationMs, parseDurationMs } from './duration.ts';
export { compareGradleVersions } from './gradle-version.ts';
export { formatLabel, isTargetName, type Label, parseLabel, TARGET_KINDS, type TargetKind } from './label.ts';
export { mavenModule } from './maven-coordinate.ts';
export { assertNever, fail, InternalError, ok, type Result } from './result.ts';
export { formatSizeBytes, parseSizeBytes } from './size.ts';
export { type Position, positionOf, type SourceFile, type Span } from './source.ts';
export { nearest } from './spelling.ts';
export { sum } from './sum.ts';
export { type TableOptions, tableLines } from './table.ts';
export { withoutAbsent } from './without-absent.ts';
export { xmlAttribute, xmlText } from './xml-text.ts';

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseBuildConfiguration } from './parser.ts';

const parse = (scan: string) =>
  parseBuildConfiguration({
    path: 'build-config.yaml',
    text: `apiVersion: build.mobileops.io/v1
kind: BuildConfiguration
metadata: { name: a }
spec:
  version: 1.0.0
  quality:
    securityScan:
${scan.replace(/^/gm, '      ')}`,
  });

test('what a scan lets through has a reason, and a day where it is a finding', () => {
  const { value, diagnostics } = parse(`maxAge: 7d
accept:
  - ecosystem: PyPI
    coverage: partial
    maxAge: 900d
    reason: no network
ignore:
  - id: CVE-2026-1
    package: left
    reason: not reachable
    expires: 2027-01-31`);
  assert.deepEqual(diagnostics, []);
  const settings = value?.quality.securityScan;
  assert.deepEqual(
    [
      settings?.maxAgeDays,
      settings?.accept.map((each) => each.value),
      settings?.ignore.map((each) => each.value),
    ],
    [
      7,
      [{ ecosystem: 'PyPI', coverage: 'partial', reason: 'no network', maxAgeDays: 900 }],
      [{ id: 'CVE-2026-1', package: 'left', reason: 'not reachable', expires: '2027-01-31' }],
    ],
  );
  const { span } = settings!.ignore[0]!;
  assert.equal(span.file.text.slice(span.start, span.end), 'CVE-2026-1');
});

test('what is missing or wrong in it is told', () => {
  const { diagnostics } = parse(`maxAge: 1w
accept:
  - ecosystem: pypi
    reason: x
ignore:
  - id: CVE-2026-1
    expires: soon`);
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each).split('\n')[0]),
    [
      'build-config.yaml:8:15: error[config/bad-unit] `1w` is not a number of days',
      'build-config.yaml:10:22: error[config/unknown-value] the text `pypi` is not possible here',
      'build-config.yaml:13:11: error[config/missing-key] the key `reason` is missing',
      'build-config.yaml:14:20: error[config/bad-value] `soon` is not a day',
    ],
  );
});

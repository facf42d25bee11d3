import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../../base/index.ts';
import type { Finding } from '../model.ts';
import type { IgnoreEntry } from '../policy.ts';
import { applyExceptions } from './apply-exceptions.ts';

const TEXT = 'ignore:\n  - id: CVE-2026-1\n';
const SPAN = { file: { path: 'build-config.yaml', text: TEXT }, start: 16, end: 26 };
const NOW = Date.parse('2026-06-15T23:59:00Z');

function finding(changes: Partial<Finding> = {}): Finding {
  return {
    id: 'GHSA-1',
    aliases: ['CVE-2026-1'],
    kind: 'vulnerability',
    severity: 'high',
    title: 'x',
    subject: 'pkg:npm/%40a/b@1.0.0',
    place: { path: 'web/package-lock.json' },
    ...changes,
  };
}

const entry = (changes: Partial<IgnoreEntry> = {}): IgnoreEntry => ({
  id: 'CVE-2026-1',
  reason: 'not reachable',
  expires: '2026-06-15',
  span: SPAN,
  ...changes,
});

const CASES: Readonly<Record<string, readonly [entry: Partial<IgnoreEntry>, isLetThrough: boolean]>> = {
  'by an alias': [{}, true],
  'by its identifier': [{ id: 'GHSA-1' }, true],
  'by another identifier': [{ id: 'CVE-2026-2' }, false],
  'in its package': [{ package: '@a/b' }, true],
  'in its version': [{ package: '@a/b@1.0.0' }, true],
  'in another version': [{ package: '@a/b@2.0.0' }, false],
  'by its purl': [{ package: 'pkg:npm/%40a/b@1.0.0' }, true],
  'in another package': [{ package: 'b' }, false],
  'in its file': [{ path: 'web/package-lock.json' }, true],
  'in files of a pattern': [{ path: '**/package-lock.json' }, true],
  'in other files': [{ path: 'mobile/**' }, false],
  'on the last day': [{ expires: '2026-06-15' }, true],
  'a day too late': [{ expires: '2026-06-14' }, false],
};

for (const [name, [changes, isLetThrough]] of Object.entries(CASES)) {
  test(`an exception ${name}: ${isLetThrough}`, () => {
    const { findings } = applyExceptions([finding()], [entry(changes)], { nowMs: NOW, tellsUnused: true });
    assert.equal(findings[0]?.ignored !== undefined, isLetThrough);
  });
}

test('an exception that is over is an error in its line, and one that nothing needs a warning', () => {
  const entries = [entry({ expires: '2026-01-31' }), entry({ id: 'CVE-2026-2' }), entry()];
  const options = { nowMs: NOW, tellsUnused: true };
  const { diagnostics } = applyExceptions([finding()], entries, options);
  assert.deepEqual(
    diagnostics.map((each) => renderDiagnostic(each)),
    [
      `build-config.yaml:2:9: error[scan/expired-exception] the exception for CVE-2026-1 ended on 2026-01-31; its reason was: not reachable
  2 |   - id: CVE-2026-1
    |         ^~~~~~~~~~
  help: mend the finding, or give the exception a new day and a reason that holds`,
      `build-config.yaml:2:9: warning[scan/unused-exception] nothing that was found is let through by the exception for CVE-2026-2
  2 |   - id: CVE-2026-1
    |         ^~~~~~~~~~
  help: take it out, or look whether \`package\` and \`path\` are right`,
    ],
  );
  const part = applyExceptions([finding()], entries, { nowMs: NOW, tellsUnused: false });
  assert.deepEqual(
    part.diagnostics.map(({ code }) => code),
    ['scan/expired-exception'],
  );
});

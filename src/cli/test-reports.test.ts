import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryFileSystem } from '../host/testing.ts';
import { writeTestReports } from './test-reports.ts';

test('each report is a file, and those of the last run are gone', () => {
  const fs = new MemoryFileSystem();
  const unit = { label: 'component:a', category: 'unit', action: 'x', status: 'ran' } as const;
  assert.equal(
    writeTestReports(fs, '/ws', [{ ...unit, junit: '<old/>' }, { ...unit, junit: '<two/>' }, unit]),
    2,
  );
  assert.equal(writeTestReports(fs, '/ws', [{ ...unit, junit: '<new/>' }]), 1);
  const names = fs.readDirectory('/ws/build-cache/test-reports').map(({ name }) => name);
  assert.deepEqual(names, ['component-a-unit.xml']);
  assert.equal(fs.readText('/ws/build-cache/test-reports/component-a-unit.xml'), '<new/>');
});

test('what a test leaves for people lies beside its report', () => {
  const fs = new MemoryFileSystem();
  const shown = { label: 'app:web', category: 'integration', action: 'x', status: 'ran' } as const;
  const kept = new Map([['phone.png', Buffer.from('png')]]);
  writeTestReports(fs, '/ws', [{ ...shown, junit: '<a/>', kept }]);
  assert.equal(fs.readText('/ws/build-cache/test-reports/app-web-integration/phone.png'), 'png');
});

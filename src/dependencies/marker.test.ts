import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForMicro, markerEnvironment, markerHolds } from './marker.ts';

const ENVIRONMENT = markerEnvironment({ os: 'linux', cpu: 'x64', fullVersion: '3.12.4' });

const MARKERS: Readonly<Record<string, boolean | undefined>> = {
  "python_full_version == '3.12.*'": true,
  "python_full_version != '3.12.*'": false,
  "python_full_version < '3.12'": false,
  "python_full_version >= '3.12'": true,
  "python_full_version >= '3.9'": true,
  "'3.9' <= python_version": true,
  "python_full_version <= '3.11.0a6'": false,
  "python_full_version < '3.12.4'": false,
  "python_full_version > '3.12.0rc1'": true,
  "python_version == '3.12'": true,
  "python_version ~= '3.11'": true,
  "python_version in '3.11 3.12'": true,
  "sys_platform == 'win32'": false,
  "sys_platform not in 'win32 cygwin'": true,
  'platform_machine == "x86_64" and os_name == "posix"': true,
  "platform_machine == 'aarch64' or platform_system == 'Linux'": true,
  "(python_full_version < '3.12' or sys_platform == 'linux') and implementation_name == 'cpython'": true,
  "python_full_version >= '3.12' and (platform_machine == 'arm64'": undefined,
  "nonsense == '1'": undefined,
  '': undefined,
};

for (const [marker, expected] of Object.entries(MARKERS)) {
  test(`marker ${marker}`, () => assert.equal(markerHolds(marker, ENVIRONMENT), expected));
}

test('a marker asks for the third number of Python only where it names one', () => {
  const asked = [
    "python_full_version == '3.11.*'",
    "python_full_version >= '3.12.0'",
    "python_full_version < '3.11.3'",
  ];
  assert.deepEqual(asked.map(asksForMicro), [false, false, true]);
});

test('processors have their names of Python', () => {
  const machine = (os: string, cpu: string): string | undefined =>
    markerEnvironment({ os, cpu, fullVersion: '3.11.0' }).platform_machine;
  assert.deepEqual(
    [machine('linux', 'arm64'), machine('darwin', 'arm64'), machine('darwin', 'x64')],
    ['aarch64', 'arm64', 'x86_64'],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeProcesses, fakeEnv, MemoryFileSystem } from '../host/testing.ts';
import type { ToolName } from '../rules/index.ts';
import { checkSystemPackages } from './index.ts';

/** Names with the severity that each missing one gets. */
function check(
  names: readonly string[],
  options: { lists?: string[]; commands?: string[]; tools?: ToolName[] },
): string[] {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/var/lib/dpkg/info');
  for (const name of options.lists ?? []) fs.writeFile(`/var/lib/dpkg/info/${name}.list`, '');
  const programs = Object.fromEntries((options.commands ?? []).map((name) => [name, `/usr/bin/${name}`]));
  const host = { fs, env: fakeEnv(), processes: new FakeProcesses({ programs }) };
  const located = names.map((value) => ({
    value,
    span: { file: { path: 'b', text: value }, start: 0, end: 1 },
  }));
  return checkSystemPackages(host, located, options.tools).map(
    ({ severity, message }) => `${severity} ${message.split("'")[1]}`,
  );
}

const CASES: Readonly<
  Record<string, [names: string[], options: Parameters<typeof check>[1], expected: string[]]>
> = {
  'an installed package': [['curl'], { lists: ['curl'] }, []],
  'a package of this architecture': [['libssl-dev'], { lists: ['libssl-dev:amd64'] }, []],
  'the commands that prove it': [['build-essential'], { commands: ['cc', 'c++', 'make'] }, []],
  'one of its commands only': [['build-essential'], { commands: ['cc'] }, ['error build-essential']],
  'not needed by the selected targets': [
    ['build-essential'],
    { tools: ['bash'] },
    ['warning build-essential'],
  ],
  'needed by them': [['build-essential'], { tools: ['cc'] }, ['error build-essential']],
  'brought by ourselves': [
    ['nodejs', 'npm', 'shellcheck'],
    {},
    ['warning nodejs', 'warning npm', 'warning shellcheck'],
  ],
  'a name that nobody knows': [['libfoo-dev'], { tools: ['bash'] }, ['error libfoo-dev']],
  'a command of that name': [['jq'], { commands: ['jq'] }, []],
  'a name that is a path': [['../../../etc/passwd'], {}, ['error ../../../etc/passwd']],
};

for (const [name, [names, options, expected]] of Object.entries(CASES)) {
  test(`system packages: ${name}`, () => assert.deepEqual(check(names, options), expected));
}

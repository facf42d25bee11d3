import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceFile } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import type { Ecosystem } from '../../packages/index.ts';
import type { Ask } from '../graph/asks.ts';
import { raiseAsks, raisedFiles, withRaised } from './raise-asks.ts';
import { raisedText } from './raised-text.ts';
import { canBeWritten, writeRaised } from './write-raised.ts';

const CASES: readonly (readonly [Ecosystem, string, string, string | undefined])[] = [
  ['PyPI', 'numpy==2.4.6', '2.5.5', 'numpy==2.5.5'],
  ['PyPI', '"urllib3==1.26.5"', '2.0.1', '"urllib3==2.0.1"'],
  [
    'PyPI',
    'uvicorn[standard] == 0.1 ; python_version < "3.13"',
    '1.0',
    'uvicorn[standard] == 1.0 ; python_version < "3.13"',
  ],
  ['PyPI', 'a==1.2.*', '3.4.5', 'a==3.4.*'],
  ['PyPI', 'a~=1.4', '2.5.3', 'a~=2.5'],
  ['PyPI', 'a~=1.4.2', '2.5', 'a~=2.5.0'],
  ['PyPI', 'a~=1.4', '2!1.0', undefined],
  ['PyPI', 'a==1.2.*', '3rc1', undefined],
  ['PyPI', 'a>=1,<2', '3', undefined],
  ['PyPI', 'a', '3', undefined],
  ['PyPI', 'a===1', '3', undefined],
  ['PyPI', 'a!=1', '3', undefined],
  ['npm', '"react": "18.2.0"', '19.1.0', '"react": "19.1.0"'],
  ['npm', '"react" : "^18.2.0"', '19.1.0', '"react" : "^19.1.0"'],
  ['npm', '"react":"~18.2.0-rc.1"', '19.1.0', '"react":"~19.1.0"'],
  ['npm', '"react": ">=17 <19"', '19.1.0', undefined],
  ['npm', '"react": "17 || 18"', '19.1.0', undefined],
  ['npm', '"react": "18.x"', '19.1.0', undefined],
  ['npm', '"react": "latest"', '19.1.0', undefined],
  ['npm', '"a": "npm:b@1.0.0"', '2.0.0', undefined],
  ['npm', '"a": "file:../b"', '2.0.0', undefined],
  ['Maven', 'g:a:1.0', '2.0', 'g:a:2.0'],
  ['Maven', "'g:a:1.0'", '2.0', "'g:a:2.0'"],
  ['Maven', 'g:a:1.0!!', '2.0', undefined],
  ['Maven', 'g:a:[1,2)', '2.0', undefined],
  ['Maven', 'g:a', '2.0', undefined],
  ['Debian', 'curl=1', '2', undefined],
  ['PyPI', 'a==3.0', '1.4.1', undefined],
  ['PyPI', 'a==3.5.*', '3.4', undefined],
  ['PyPI', 'a~=10.0', '9.9', undefined],
  ['npm', '"react": "^19.0.0"', '18.2.0', undefined],
  ['npm', '"react": "2.0.0-rc.1"', '1.9.0', undefined],
  ['Maven', 'g:a:1.10', '1.9', undefined],
];

for (const [ecosystem, text, version, expected] of CASES)
  test(`${ecosystem}: ${text} for ${version} is ${expected ?? 'left as it is'}`, () => {
    assert.equal(raisedText(ecosystem, text, version), expected);
  });

const PINS: SourceFile = { path: 'requirements.txt', text: '# pins\r\nb==1\na==1\n' };
const WANTED = new Map([
  ['PyPI a', '10.0'],
  ['PyPI b', '20'],
]);

function ask(name: string, label: string, file = PINS): Ask {
  const start = file.text.indexOf(`${name}==1`);
  const span = { file, start, end: start + `${name}==1`.length };
  return { label, ecosystem: 'PyPI', name, text: `${name}==1`, span, isConstraint: true };
}

const ASKS = [ask('a', 'component:x'), ask('b', 'component:x'), ask('a', 'component:y')];

test('a line that several targets go by is raised once, and every other byte of the file stays', () => {
  const raised = raiseAsks(ASKS, WANTED);
  assert.deepEqual(
    raised.map(({ from, to }) => `${from} ${to}`),
    ['b==1 b==20', 'a==1 a==10.0'],
  );
  assert.deepEqual(raisedFiles(raised), [{ path: PINS.path, text: '# pins\r\nb==20\na==10.0\n' }]);
  assert.deepEqual(raiseAsks(ASKS, new Map()), []);
});

test('a lock is resolved from the raised files before they are written', () => {
  const listed: SourceFile = { path: 'components/x/build.yaml', text: '- "a==1"' };
  const own = { value: 'a==1', span: { file: listed, start: 2, end: 8 } };
  const asked = { ...ask('a', 'component:x'), text: 'a==1', span: own.span };
  const requirements = {
    targets: [{ label: 'component:x', python: { requirements: [own] }, maven: [], tools: [] }],
    ...{ constraints: [PINS], development: undefined, nodeFolders: [], tools: [] },
  };
  const raised = raiseAsks([...ASKS, asked], WANTED);
  const { targets, constraints } = withRaised(requirements, raised);
  assert.equal(targets[0]?.python.requirements[0]?.value, 'a==10.0');
  assert.equal(constraints[0]?.text, '# pins\r\nb==20\na==10.0\n');
});

test('a file that changed meanwhile, or is a link, is left alone', () => {
  const fs = new MemoryFileSystem();
  fs.makeDirectory('/ws');
  const raised = raiseAsks(ASKS, WANTED);
  fs.writeFile('/ws/requirements.txt', `\ufeff${PINS.text}`, 0o600);
  assert.equal(writeRaised(fs, '/ws', raised), undefined);
  assert.equal(fs.readText('/ws/requirements.txt'), '\ufeff# pins\r\nb==20\na==10.0\n');
  assert.equal(fs.lstat('/ws/requirements.txt')?.mode, 0o600);
  assert.equal(writeRaised(fs, '/ws', raised), 'requirements.txt');
  fs.symlink('/elsewhere', '/ws/link.txt');
  assert.deepEqual(
    [canBeWritten(fs, '/ws', 'link.txt'), canBeWritten(fs, '/ws', 'requirements.txt')],
    [false, true],
  );
});

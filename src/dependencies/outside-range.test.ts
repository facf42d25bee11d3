import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { GraphNode } from './coursier-graph.ts';
import { outsideRanges } from './outside-range.ts';
import { hardRanges, isInRange } from './pom-ranges.ts';
import { library } from './testing.ts';

const IN: readonly (readonly [range: string, version: string, expected: boolean | undefined])[] = [
  ['[1.0,2.0)', '1.0', true],
  ['[1.0,2.0)', '1.9.9', true],
  ['[1.0,2.0)', '2.0', false],
  ['(1.0,2.0]', '1.0', false],
  ['(1.0,2.0]', '2', true],
  ['[1.0]', '1.0.0', true],
  ['[1.0]', '1.0.1', false],
  ['(,1.0]', '0.1', true],
  ['[1.5,)', '99', true],
  ['(,1.1),(1.1,)', '1.1', false],
  ['(,1.1),(1.1,)', '1.2', true],
  ['[1,2),[3,4)', '2.5', false],
  ['[1.0-alpha,1.0)', '1.0-beta', true],
  ['1.0', '1.0', undefined],
  ['[1,2', '1', undefined],
  ['[1,2,3]', '1', false],
];

for (const [range, version, expected] of IN)
  test(`${version} ${expected === undefined ? 'and no range' : expected ? 'lies in' : 'does not lie in'} ${range}`, () => {
    assert.equal(isInRange(range, version), expected);
  });

test('no text of a POM or a range is an error', () => {
  const piece = fc.constantFrom(
    '<dependency>',
    '</dependency>',
    '<version>',
    '${a}',
    '[1,',
    '<dependencies>',
    '<!--',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 30 }), (pieces) => {
      for (const { range } of hardRanges(pieces.join(''))) isInRange(range, '1');
      isInRange(pieces.join(''), pieces[0] ?? '');
    }),
  );
});

const dependency = (artifact: string, version: string, more = ''): string =>
  `<dependency><groupId>g</groupId><artifactId>${artifact}</artifactId>${version && `<version>${version}</version>`}${more}</dependency>`;

const POM = `<project><groupId>g</groupId><version>7</version>
<properties><core.range>[1.0, 2.0)</core.range></properties>
<dependencyManagement><dependencies>${dependency('managed', '[5]')}${dependency('not-asked', '[9]')}</dependencies></dependencyManagement>
<dependencies>
  ${dependency('core', '${core.range}', '<exclusions><exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion></exclusions>')}
  ${dependency('managed', '')}
  ${dependency('exact', '[${project.version}]')}
  ${dependency('soft', '1.0')}
  ${dependency('tested', '[1]', '<scope>test</scope>')}
  ${dependency('optional', '[1]', '<optional>true</optional>')}
  <!-- ${dependency('comment', '[1]')} -->
</dependencies>
<build><plugins><plugin><dependencies>${dependency('plugin', '[1]')}</dependencies></plugin></plugins></build></project>`;

test('ranges of a POM are those that its library runs with', () => {
  assert.deepEqual(
    hardRanges(POM).map(({ module, range }) => `${module} ${range}`),
    ['g:core [1.0,2.0)', 'g:managed [5]', 'g:exact [7]'],
  );
  assert.deepEqual(hardRanges(`<!-- do_not_remove: published-with-gradle-metadata -->${POM}`), []);
});

const node = (name: string, version: string, wants: readonly string[]): GraphNode => ({
  ...{ module: `g:${name}`, version, files: [`/m2/${name}/${name}-${version}.jar`], classifiers: [] },
  wants: wants.map((each) => `g:${each}`),
});
const RANGED = `<dependencies>${dependency('core', '[1.0,2.0)')}</dependencies>`;
const fs = { readTextIfExists: (path: string) => (path === '/m2/json/json-1.pom' ? RANGED : undefined) };
const NODES = (core: string) => [
  node('ui', '2', ['json']),
  node('json', '1', ['core']),
  node('net', '4', ['core']),
  node('core', core, []),
];

test('a range that is not met is told as the chain of who wants what', () => {
  const told = outsideRanges(fs, [NODES('3.0')], [library('g:ui:2'), library('g:net:4')]);
  assert.deepEqual(
    told.map(({ code, severity, message }) => `${severity} ${code} ${message}`),
    [
      'warning dependencies/outside-range g:ui:2 > g:json:1 wants g:core [1.0,2.0), and 3.0 is taken because of g:net:4',
    ],
  );
  assert.equal(told[0]?.span?.file.text.includes('g:ui:2'), true);
});

test('where the workspace asks for it itself, that place is shown too', () => {
  const [told] = outsideRanges(fs, [NODES('3.0')], [library('g:ui:2'), library('g:core:3.0')]);
  assert.match(told?.message ?? '', /3\.0 is taken because of the workspace itself$/);
  assert.deepEqual(
    told?.related?.map(({ message }) => message),
    ['g:core:3.0 is asked for here'],
  );
});

test('a range that is met is nothing to tell', () => {
  assert.deepEqual(outsideRanges(fs, [NODES('1.9')], [library('g:ui:2')]), []);
});

test('it is told once, also where tests have more that asks for the same', () => {
  const read: string[] = [];
  const counting = {
    readTextIfExists(path: string) {
      read.push(path);
      return fs.readTextIfExists(path);
    },
  };
  const paths = [NODES('3.0'), [...NODES('3.0'), node('mock', '5', ['core'])]];
  const told = outsideRanges(counting, paths, [library('g:ui:2'), library('g:net:4')]);
  assert.deepEqual(
    told.map(({ message }) => /because of (.*)$/.exec(message)?.[1]),
    ['g:net:4'],
  );
  assert.deepEqual(read.length, new Set(read).size);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatLabel, parseLabel, type SourceFile } from '../base/index.ts';
import type { Located, TargetSpec } from '../config/index.ts';
import {
  buildGraph,
  closure,
  dependents,
  selectTargets,
  type TargetDeclaration,
  toDot,
  toJson,
  toMermaid,
} from './index.ts';

/** Lines like `component:a: b, image:c`; what stands behind `<-` is implied. */
function declare(text: string): TargetDeclaration[] {
  const file: SourceFile = { path: 'graph.txt', text };
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [label, rest = ''] = line.trim().split(/: |:$/);
      const [needs = '', implied = ''] = rest.split('<-');
      const locate = (list: string): Located<string>[] =>
        list
          .split(',')
          .map((each) => each.trim())
          .filter((each) => each !== '')
          .map((value) => ({ value, span: { file, start: 0, end: 1 } }));
      const spec = {
        rule: 'scripts',
        needs: locate(needs),
        env: {},
        network: false,
        stamp: false,
        cache: true,
      };
      return {
        label: parseLabel(label!)!,
        directory: label!.replace(':', '/'),
        spec: spec as TargetSpec,
        implied: locate(implied),
      };
    });
}

function check(text: string, order: string, problems: readonly string[] = []): void {
  const { value, diagnostics } = buildGraph(declare(text));
  assert.equal([...value.targets.keys()].join(' '), order);
  assert.deepEqual(
    diagnostics.map(({ code, message }) => `${code}: ${message}`),
    problems,
  );
}

const DIAMOND = `
  app:top: left, right
  component:left: base
  component:right: component:base <- scripts
  component:base:
  scripts:`;

test('needs come before what needs them, ties by label', () => {
  check('component:b:\ncomponent:a:', 'component:a component:b');
  check('component:a: b\ncomponent:b:', 'component:b component:a');
  check(DIAMOND, 'component:base scripts component:left component:right app:top');
});

test('a need is kept once, in order of labels', () => {
  const { value } = buildGraph(
    declare('component:a: c, b, component:c <- component:b\ncomponent:b:\ncomponent:c:'),
  );
  const needs = value.targets.get('component:a')!.needs.map(({ label }) => formatLabel(label));
  assert.deepEqual(needs, ['component:b', 'component:c']);
});

test('what cannot be resolved is reported, and the rest stands', () => {
  check('component:a: bb, component:x\ncomponent:b:', 'component:a component:b', [
    'graph/unknown-need: there is no target `bb`',
    'graph/unknown-need: there is no target `component:x`',
  ]);
  check('component:a:\nimage:a:\napp:b: a', 'app:b component:a image:a', [
    'graph/ambiguous-name: `a` could be any of component:a, image:a',
  ]);
  check('component:a:\ncomponent:a:', 'component:a', [
    'graph/duplicate-target: there are two targets `component:a`: in component/a and in component/a',
  ]);
});

test('a shortest circle is shown for each group, and what stands outside is ordered', () => {
  check('component:a: a', '', ['graph/cycle: component:a needs itself']);
  check(
    'component:a: b\ncomponent:b: c, a\ncomponent:c: a\ncomponent:d:\ncomponent:e: a\ncomponent:x: y\ncomponent:y: x',
    'component:d',
    [
      'graph/cycle: targets need each other: component:a -> component:b -> component:a',
      'graph/cycle: targets need each other: component:x -> component:y -> component:x',
    ],
  );
});

test('a long chain neither overflows nor takes long', () => {
  const count = 5000;
  const lines = Array.from({ length: count }, (_, at) => `component:c${at}: c${(at + 1) % count}`);
  const { value, diagnostics } = buildGraph(declare(lines.join('\n')));
  assert.equal(value.targets.size, 0);
  assert.equal(diagnostics.length, 1);
  assert.match(diagnostics[0]!.message, /c10 -> \(4988 more\) -> component:c4999 -> component:c0$/);
  const open = buildGraph(declare(lines.join('\n').replace(/: c0$/, ':')));
  assert.equal(open.value.targets.size, count);
});

test('words select targets', () => {
  const { value: graph } = buildGraph(declare(DIAMOND));
  const select = (...words: string[]): string => selectTargets(graph, words).value.join(' ');
  assert.equal(select('all'), [...graph.targets.keys()].join(' '));
  assert.equal(select('top', 'scripts'), 'scripts app:top');
  assert.equal(select('component:base', 'base'), 'component:base');
  assert.deepEqual(
    selectTargets(graph, ['bse', 'component:', 'all']).diagnostics.map(({ code, hint }) => `${code} ${hint}`),
    [
      'graph/unknown-target did you mean `base`?',
      'graph/bad-label a label is component:<name>, image:<name>, app:<name> or scripts',
    ],
  );
});

test('closure and dependents follow the edges', () => {
  const { value: graph } = buildGraph(declare(DIAMOND));
  assert.deepEqual(closure(graph, ['component:left']), ['component:base', 'component:left']);
  assert.deepEqual(closure(graph, ['app:top']), [...graph.targets.keys()]);
  assert.deepEqual(dependents(graph, ['scripts']), ['scripts', 'component:right', 'app:top']);
  assert.deepEqual(dependents(graph, []), []);
});

test('the graph is drawn', () => {
  const { value: graph } = buildGraph(declare('image:b: a\ncomponent:a:'));
  assert.equal(
    toDot(graph),
    'digraph mobileops {\n  rankdir=LR;\n  node [fontname="sans-serif"];\n  "component:a" [shape=box];\n' +
      '  "image:b" [shape=box3d];\n  "image:b" -> "component:a";\n}\n',
  );
  assert.equal(toMermaid(graph), 'flowchart LR\n  t0["component:a"]\n  t1[["image:b"]]\n  t1 --> t0\n');
  assert.deepEqual(toJson(graph), {
    version: 1,
    targets: [
      { label: 'component:a', rule: 'scripts', directory: 'component/a', needs: [] },
      { label: 'image:b', rule: 'scripts', directory: 'image/b', needs: ['component:a'] },
    ],
  });
});

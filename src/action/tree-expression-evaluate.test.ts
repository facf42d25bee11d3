import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { digestOf } from '../base/index.ts';
import { EMPTY_TREE, type Tree } from './tree.ts';
import type { TreeExpression } from './tree-expression.ts';
import { evaluate, type TreeSources } from './tree-expression-evaluate.ts';
import { listTree, treeFromFiles } from './tree-operations.ts';

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const leaves = Object.entries(files).map(([path, content]) => {
    return [path, { digest: digestOf(content), isExecutable: false }] as const;
  });
  return treeFromFiles(new Map(leaves));
}

const OUTPUTS: Readonly<Record<string, Tree>> = {
  compile: treeOf({ 'out/a': '1', 'out/b': '2', src: '3' }),
};
const STORED = treeOf({ s: 's' });
const sources: TreeSources = {
  output: (id) => OUTPUTS[id]!,
  stored: (root) => (root.hash === STORED.digest.hash ? STORED : undefined),
  literal: (content) => digestOf(content),
};

function check(
  name: string,
  expression: TreeExpression,
  expected: Readonly<Record<string, string>> | object,
): void {
  it(name, () => {
    const result = evaluate(expression, sources);
    if (!result.ok) assert.deepEqual(result.failure, expected);
    else {
      const wanted = Object.entries(expected).map(([path, content]) => [path, digestOf(content).hash]);
      const found = listTree(result.value).map((each) => [
        each.path,
        'digest' in each ? each.digest.hash : '',
      ]);
      assert.deepEqual(found, wanted);
    }
  });
}

describe('evaluate', () => {
  const output: TreeExpression = { kind: 'output', action: 'compile' };
  const known: TreeExpression = { kind: 'tree', tree: treeOf({ src: '3', x: '4' }) };
  check('tree', known, { src: '3', x: '4' });
  check('output', output, { 'out/a': '1', 'out/b': '2', src: '3' });
  check('stored', { kind: 'stored', root: STORED.digest }, { s: 's' });
  check(
    'literal',
    { kind: 'literal', files: [{ path: 'a/b', content: 'l', isExecutable: true }] },
    { 'a/b': 'l' },
  );
  check('at a folder', { kind: 'at', of: output, path: 'out' }, { a: '1', b: '2' });
  check('at a file', { kind: 'at', of: output, path: 'out/b' }, { b: '2' });
  check(
    'at nothing',
    { kind: 'at', of: output, path: 'no' },
    { kind: 'nothing-at-path', path: 'no', action: 'compile' },
  );
  check('at nothing, if there', { kind: 'at', of: output, path: 'no', optional: true }, {});
  check(
    'under',
    { kind: 'under', of: { kind: 'at', of: output, path: 'out' }, path: 'x/y' },
    { 'x/y/a': '1', 'x/y/b': '2' },
  );
  check('filter', { kind: 'filter', of: output, include: ['out/'], exclude: ['**/b'] }, { 'out/a': '1' });
  check('merge', { kind: 'merge', of: [output, known] }, { 'out/a': '1', 'out/b': '2', src: '3', x: '4' });
  check(
    'where something is',
    { kind: 'where', of: known, within: output, path: 'out/a' },
    { src: '3', x: '4' },
  );
  check('where nothing is', { kind: 'where', of: known, within: output, path: 'out/c' }, {});
  check('changed', { kind: 'changed', of: output, since: known }, { 'out/a': '1', 'out/b': '2' });
  const lost: TreeExpression = { kind: 'stored', root: digestOf('lost') };
  const failure = { kind: 'tree-not-stored', root: digestOf('lost') };
  check('a lost tree', { kind: 'merge', of: [known, { kind: 'under', of: lost, path: 'x' }] }, failure);
  check('a lost tree to compare with', { kind: 'changed', of: output, since: lost }, failure);

  it('evaluates a shared expression once', () => {
    let count = 0;
    let expression: TreeExpression = output;
    for (let depth = 0; depth < 30; depth++) expression = { kind: 'merge', of: [expression, expression] };
    const countedOutput = (): Tree => {
      count++;
      return EMPTY_TREE;
    };
    const counting = { ...sources, output: countedOutput };
    assert.ok(evaluate(expression, counting).ok);
    assert.equal(count, 1);
  });
});

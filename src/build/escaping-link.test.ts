import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type TreeLeaf, treeFromFiles } from '../action/index.ts';
import { digestOf } from '../base/index.ts';
import { escapingLink } from './escaping-link.ts';

const FILE = { digest: digestOf(''), isExecutable: false };

function check(links: Readonly<Record<string, string>>, expected: string | undefined): void {
  const leaves = new Map<string, TreeLeaf>([['a/b/file', FILE]]);
  for (const [path, symlink] of Object.entries(links)) leaves.set(path, { symlink });
  assert.equal(escapingLink(treeFromFiles(leaves))?.path, expected, JSON.stringify(links));
}

describe('escapingLink', () => {
  it('lets links stay that lead to something in the tree, or to nothing', () => {
    check({ 'a/b/c': 'file', 'a/d': '../a/./b//file', e: 'a', f: '.', 'a/g': '..' }, undefined);
    check({ 'a/b/c': '../../a/b/nothing', d: 'nothing/../a', e: 'e', f: 'g', g: 'f' }, undefined);
    check({ here: 'a/b', 'a/x': '../here/../b/file' }, undefined);
  });
  it('finds those that leave it by what they say', () => {
    check({ 'a/l': '/etc/passwd' }, 'a/l');
    check({ 'a/l': '../..' }, 'a/l');
    check({ l: 'a/../../a' }, 'l');
    check({ l: 'nothing/../../x' }, 'l');
  });
  it('finds those that leave it through another link', () => {
    check({ l1: '.', l2: 'l1/l1/l1/../../../secret' }, 'l2');
    check({ 'a/b/up': '../..', l: 'a/b/up/../secret' }, 'l');
    check({ 'a/b/up': '../..', 'a/b/via': 'up', l: 'a/b/via/a/../../secret' }, 'l');
  });
});

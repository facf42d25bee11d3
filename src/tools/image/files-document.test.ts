import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileNode, FileTree } from './file-tree.ts';
import { filesDocument, parseFilesDocument } from './files-document.ts';
import type { Layer } from './layer.ts';

const OWNER = { uid: 1000, gid: 8 };
const LAYERS: readonly Layer[] = ['a', 'b'].map((name) => ({
  descriptor: { mediaType: 'x', digest: `sha256:${name}`, size: 1 },
  diffId: name,
  path: `/in/${name}`,
}));

function file(layer: string, member: string): FileNode {
  const content = { kind: 'layer', layer: `/in/${layer}`, member } as const;
  return { kind: 'file', mode: 0o640, sizeBytes: 7, content, ...OWNER };
}

const memberOf = (node: FileNode) =>
  node.kind === 'file' && node.content.kind === 'layer'
    ? { layer: `sha256:${node.content.layer.slice(4)}`, member: node.content.member }
    : undefined;

function treeOf(nodes: Readonly<Record<string, FileNode>>): FileTree {
  const tree = new FileTree();
  for (const [path, node] of Object.entries(nodes)) tree.set(path, node);
  return tree;
}

const NODES: Readonly<Record<string, FileNode>> = {
  bin: { kind: 'symlink', target: 'usr/bin', uid: 0, gid: 0 },
  'usr/bin': { kind: 'directory', mode: 0o2755, ...OWNER },
  'usr/bin/"\n\u{1f600}': file('a', 'usr/bin/"\n\u{1f600}'),
  'usr/bin/link': file('b', 'usr/bin/first'),
  able: { ...file('a', 'able'), xattrs: { 'user.binary': '\0\xff' } },
  device: { kind: 'special', mode: 0o620, file: { type: 'block', major: 7, minor: 300 }, ...OWNER },
};

test('what the document tells is what was there', () => {
  const text = filesDocument(treeOf(NODES), LAYERS, memberOf)!;
  const read = parseFilesDocument(text, LAYERS)!;
  assert.deepEqual(Object.fromEntries(read.below('')), NODES);
});

test('nothing is told where the bytes of a file are in no layer', () => {
  const tree = treeOf({ ...NODES, other: file('c', 'other') });
  assert.equal(filesDocument(tree, LAYERS, memberOf), undefined);
});

for (const text of ['', '[]', '{"format":1,"files":[]}', '{"format":2,"files":[["x","f",0,0,0,1,5]]}'])
  test(`${text || 'nothing'} is not taken for a document`, () => {
    assert.equal(parseFilesDocument(text, LAYERS), undefined);
  });

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CopyTarget, copyFiles, makeFolder } from './copy-files.ts';
import { type FileNode, FileTree } from './file-tree.ts';
import { findItems } from './find-items.ts';
import { parseOwner } from './owner.ts';

/** Paths; `/` at the end is a folder, `->` a link. */
function treeOf(...paths: string[]): FileTree {
  const tree = new FileTree();
  const owner = { uid: 0, gid: 0 };
  for (const text of paths) {
    const [path = '', target] = text.split('->');
    const names = path.split('/').filter((name) => name !== '');
    for (let count = 1; count < names.length; count++) {
      const folder = names.slice(0, count).join('/');
      if (!tree.get(folder)) tree.set(folder, { kind: 'directory', mode: 0o755, ...owner });
    }
    const content = { kind: 'inline', bytes: Buffer.from(text) } as const;
    if (target !== undefined) tree.set(names.join('/'), { kind: 'symlink', target, ...owner });
    else if (path.endsWith('/')) tree.set(names.join('/'), { kind: 'directory', mode: 0o755, ...owner });
    else tree.set(names.join('/'), { kind: 'file', mode: 0o644, sizeBytes: text.length, content, ...owner });
  }
  return tree;
}

function textOf(path: string, node: FileNode): string {
  const mode = node.kind === 'symlink' ? `->${node.target}` : ` ${node.mode.toString(8)}`;
  return `${path}${node.kind === 'directory' ? '/' : ''}${mode} ${node.uid}:${node.gid}`;
}

interface Case {
  readonly stage?: readonly string[];
  readonly context?: readonly string[];
  readonly sources: readonly string[];
  readonly to: string;
  readonly options?: Partial<CopyTarget>;
}

function copy({
  stage = [],
  context = ['a.txt', 'dir/b.txt', 'dir/sub/c.txt', 'link->dir'],
  sources,
  to,
  options,
}: Case): string[] | string {
  const items = sources.flatMap((pattern) => {
    const found = findItems(treeOf(...context), pattern);
    return found.ok ? found.value : [];
  });
  const path = to === '/' ? '/' : to.replace(/\/$/, '');
  const result = copyFiles(treeOf(...stage), items, { path, isFolder: to.endsWith('/'), ...options });
  if (!result.ok) return result.failure;
  return [...result.value].map(([each, node]) => textOf(each, node)).sort();
}

function check(name: string, input: Case, expected: string[] | string): void {
  test(name, () => assert.deepEqual(copy(input), expected));
}

check('a file to a path', { sources: ['a.txt'], to: '/x/y' }, ['x/ 755 0:0', 'x/y 644 0:0']);
check('a file into a folder', { sources: ['a.txt'], to: '/x/' }, ['x/ 755 0:0', 'x/a.txt 644 0:0']);
check('a file into a folder that is there', { stage: ['x/'], sources: ['a.txt'], to: '/x' }, [
  'x/a.txt 644 0:0',
]);
check('a file into the root', { sources: ['a.txt'], to: '/' }, ['a.txt 644 0:0']);
check('a file over a file', { stage: ['x'], sources: ['a.txt'], to: '/x' }, ['x 644 0:0']);
check('a file to a path that is a link', { stage: ['etc/', 'x->/etc/y'], sources: ['a.txt'], to: '/x' }, [
  'etc/y 644 0:0',
]);
check('a file over a link in a folder', { stage: ['d/a.txt->b'], sources: ['a.txt'], to: '/d/' }, [
  'd/a.txt 644 0:0',
]);
check('a folder gives its content', { sources: ['dir'], to: '/x' }, [
  'x/ 755 0:0',
  'x/b.txt 644 0:0',
  'x/sub/ 755 0:0',
  'x/sub/c.txt 644 0:0',
]);
check('a folder over a folder', { stage: ['x/sub/'], sources: ['dir'], to: '/x/' }, [
  'x/b.txt 644 0:0',
  'x/sub/c.txt 644 0:0',
]);
check('everything', { context: ['a', 'b/c'], sources: ['.'], to: '/' }, [
  'a 644 0:0',
  'b/ 755 0:0',
  'b/c 644 0:0',
]);
check('several', { sources: ['a.txt', 'dir/b.txt'], to: '/' }, ['a.txt 644 0:0', 'b.txt 644 0:0']);
check(
  'several need a folder',
  { sources: ['a.txt', 'dir/b.txt'], to: '/x' },
  'several files need a folder; write /x/ with a / at its end',
);
check(
  'a name that is not UTF-8',
  { context: ['dir/\u{fffd}'], sources: ['dir'], to: '/x' },
  '/x/\u{fffd} has a name or leads to one that is not UTF-8, which COPY would change',
);
check(
  'a link to a name that is not UTF-8',
  { context: ['dir/l->\u{fffd}'], sources: ['dir'], to: '/x' },
  '/x/l has a name or leads to one that is not UTF-8, which COPY would change',
);
check('a pattern', { context: ['a.js', 'b.js', 'c.ts', 'd/e.js'], sources: ['*.js'], to: '/' }, [
  'a.js 644 0:0',
  'b.js 644 0:0',
]);
check('a source that is a link is what it leads to', { sources: ['link'], to: '/x' }, [
  'x/ 755 0:0',
  'x/b.txt 644 0:0',
  'x/sub/ 755 0:0',
  'x/sub/c.txt 644 0:0',
]);
check('a link inside a folder stays one', { context: ['d/l->../../etc'], sources: ['d'], to: '/x' }, [
  'x/ 755 0:0',
  'x/l->../../etc 0:0',
]);
check(
  'owner and mode',
  { sources: ['dir'], to: '/x', options: { owner: { uid: 7, gid: 8 }, mode: () => 0o700 } },
  ['x/ 755 7:8', 'x/b.txt 700 7:8', 'x/sub/ 700 7:8', 'x/sub/c.txt 700 7:8'],
);
check(
  'links of the stage are followed',
  { stage: ['usr/lib/', 'lib->usr/lib'], sources: ['a.txt'], to: '/lib/x/' },
  ['usr/lib/x/ 755 0:0', 'usr/lib/x/a.txt 644 0:0'],
);
check(
  'a copied folder does not replace a link to one',
  { stage: ['usr/lib/', 'lib->usr/lib'], context: ['d/lib/f'], sources: ['d'], to: '/' },
  ['usr/lib/f 644 0:0'],
);
check(
  'links cannot leave the stage',
  { stage: ['out->../../../etc', 'etc/'], sources: ['a.txt'], to: '/out/' },
  ['etc/a.txt 644 0:0'],
);
check(
  'links that run in a circle',
  { stage: ['a->b', 'b->a'], sources: ['a.txt'], to: '/a/x' },
  '/a/x leads through a loop of links',
);
check(
  'a file where a folder is needed',
  { stage: ['x'], sources: ['a.txt'], to: '/x/y' },
  '/x is a file where a folder is needed',
);
check(
  'a folder on a file',
  { stage: ['x/sub'], sources: ['dir'], to: '/x' },
  '/x/sub is a file, so a folder cannot be put there',
);
check(
  'a file on a folder',
  { stage: ['x/b.txt/'], sources: ['dir'], to: '/x' },
  '/x/b.txt is a folder, so a file cannot be put there',
);

test('what is not there is named', () => {
  const failures = ['nope', '*.nope', '[', 'dir/nope'].map((pattern) =>
    findItems(treeOf('a', 'dir/b'), pattern),
  );
  assert.deepEqual(
    failures.map((each) => (each.ok ? 'found' : each.failure)),
    ['nope is not there', 'found', '[ is not a valid pattern', 'dir/nope is not there'],
  );
});

test('a folder is made once', () => {
  const stage = treeOf('a/');
  const first = makeFolder(stage, '/a/b/c');
  assert.deepEqual(first.ok && [...first.value.keys()].sort(), ['a/b', 'a/b/c']);
  const second = makeFolder(stage, '/a/b/c');
  assert.deepEqual(second.ok && second.value.size, 0);
});

const PASSWD = 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n';
const GROUP = 'root:x:0:\nstaff:x:50:\n';

function checkOwner(
  text: string,
  expected: string,
  files = { passwd: PASSWD, group: GROUP } as { passwd?: string; group?: string },
): void {
  test(`owner ${text} is ${expected}`, () => {
    const owner = parseOwner(text, { passwd: files.passwd, group: files.group });
    assert.equal(owner.ok ? `${owner.value.uid}:${owner.value.gid}` : owner.failure, expected);
  });
}

checkOwner('1:2', '1:2', {});
checkOwner('5', '5:5', {});
checkOwner('app', '1000:1001');
checkOwner('app:staff', '1000:50');
checkOwner('app:', '1000:1001');
checkOwner(':staff', '0:50');
checkOwner('7:staff', '7:50');
checkOwner(
  'nobody',
  'the user nobody is not known, because /etc/passwd of the image does not name it; write its number',
);
checkOwner('app', 'the user app is not known, because the image has no /etc/passwd; write its number', {});
checkOwner(
  '1:wheel',
  'the group wheel is not known, because /etc/group of the image does not name it; write its number',
);
for (const bad of ['', ':', 'a:b:c']) checkOwner(bad, `${bad} is not [<user>][:<group>]`);
checkOwner(
  '4294967295',
  'the user 4294967295 is not known, because /etc/passwd of the image does not name it; write its number',
);

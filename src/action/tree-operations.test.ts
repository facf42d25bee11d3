import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { digestOf, InternalError } from '../base/index.ts';
import { EMPTY_TREE, makeTree, type Tree } from './tree.ts';
import { filterTree } from './tree-filter.ts';
import {
  changedTree,
  listTree,
  mergeTrees,
  type TreeLeaf,
  treeAt,
  treeFromFiles,
  treeUnder,
} from './tree-operations.ts';

/** `a/b=text`, `a/b*=text` (executable), `a/b->target`, `a/` (an empty folder). */
function treeOf(...lines: readonly string[]): Tree {
  const leaves = new Map<string, TreeLeaf>();
  let folders: Tree = EMPTY_TREE;
  for (const line of lines) {
    const link = line.split('->');
    const [name = '', content = ''] = line.split('=');
    if (link.length === 2) leaves.set(link[0]!, { symlink: link[1]! });
    else if (name.endsWith('/')) folders = mergeTrees([folders, treeUnder(EMPTY_TREE, name)]);
    else leaves.set(name.replace(/\*$/, ''), { digest: digestOf(content), isExecutable: name.endsWith('*') });
  }
  return mergeTrees([folders, treeFromFiles(leaves)]);
}

function same(actual: Tree | undefined, expected: Tree): void {
  assert.deepEqual(actual && listTree(actual), listTree(expected));
  assert.equal(actual?.digest.hash, expected.digest.hash);
}

describe('treeFromFiles and listTree', () => {
  it('list by whole path', () => {
    const tree = treeOf('a/b=1', 'a.b=2', 'a/c/d*=3', 'Z->a');
    assert.deepEqual(
      listTree(tree).map(
        (entry) => `${entry.path}${'symlink' in entry ? '@' : entry.isExecutable ? '*' : ''}`,
      ),
      ['Z@', 'a.b', 'a/b', 'a/c/d*'],
    );
  });

  for (const paths of [['../a'], ['/a'], ['a//b'], ['a', 'a/b'], ['a/b', 'a'], [''], ['a/./b']]) {
    it(`refuses ${paths.join(' and ')}`, () => {
      const leaves = new Map(paths.map((path) => [path, { symlink: 'x' }]));
      assert.throws(() => treeFromFiles(leaves), InternalError);
    });
  }
});

describe('treeAt', () => {
  const tree = treeOf('a/b/c=1', 'a/d*=2', 'a/l->d', 'e=3');
  const check = (path: string, expected: Tree | undefined): void => {
    it(`finds ${path}`, () => {
      if (expected) same(treeAt(tree, path), expected);
      else assert.equal(treeAt(tree, path), undefined);
    });
  };
  check('', tree);
  check('.', tree);
  check('a', treeOf('b/c=1', 'd*=2', 'l->d'));
  check('a/b/', treeOf('c=1'));
  check('a/d', treeOf('d*=2'));
  check('a/l', treeOf('l->d'));
  check('a/l/x', undefined);
  check('e/f', undefined);
  check('x', undefined);
  check('a/x', undefined);
});

describe('treeUnder', () => {
  it('moves below', () => same(treeUnder(treeOf('a=1'), 'x/y'), treeOf('x/y/a=1')));
  it('of nothing is the tree', () => same(treeUnder(treeOf('a=1'), ''), treeOf('a=1')));
  it('refuses to leave', () => assert.throws(() => treeUnder(EMPTY_TREE, '../a'), InternalError));
});

describe('mergeTrees', () => {
  const check = (name: string, trees: readonly Tree[], expected: Tree): void => {
    it(name, () => same(mergeTrees(trees), expected));
  };
  check('nothing', [], EMPTY_TREE);
  check('later wins', [treeOf('a=1', 'b=1'), treeOf('a=2')], treeOf('a=2', 'b=1'));
  check('folders join', [treeOf('a/b=1'), treeOf('a/c=2'), treeOf('d=3')], treeOf('a/b=1', 'a/c=2', 'd=3'));
  check('a file replaces a folder', [treeOf('a/b=1'), treeOf('a=2')], treeOf('a=2'));
  check('a folder replaces a file', [treeOf('a=2'), treeOf('a/b=1')], treeOf('a/b=1'));
  check(
    'a folder after a file forgets the first',
    [treeOf('a/b=1'), treeOf('a=2'), treeOf('a/c=3')],
    treeOf('a/c=3'),
  );
  check('a link replaces', [treeOf('a=1', 'b/c=1'), treeOf('a->x', 'b->y')], treeOf('a->x', 'b->y'));
  check('the mode is of the later', [treeOf('a=1'), treeOf('a*=1')], treeOf('a*=1'));
  check('A, B, A', [treeOf('a=1'), treeOf('a=2'), treeOf('a=1')], treeOf('a=1'));
  check('empty folders stay', [treeOf('e/'), treeOf('a=1')], treeOf('a=1', 'e/'));

  it('takes subtrees as they are', () => {
    const left = treeOf('a/b=1');
    const right = treeOf('c/d=1');
    assert.equal(mergeTrees([left, EMPTY_TREE, left]), left);
    assert.equal(mergeTrees([left, right]).directories[0]!.tree, left.directories[0]!.tree);
  });
});

describe('changedTree', () => {
  const check = (name: string, of: Tree, since: Tree, expected: Tree): void => {
    it(name, () => same(changedTree(of, since), expected));
  };
  const base = treeOf('a/b=1', 'a/c=1', 'd=1', 'l->d');
  check('nothing', base, base, EMPTY_TREE);
  check('all', base, EMPTY_TREE, base);
  check('content', treeOf('a/b=2', 'a/c=1', 'd=1', 'l->d'), base, treeOf('a/b=2'));
  check('mode', treeOf('a/b*=1', 'a/c=1', 'd=1'), base, treeOf('a/b*=1'));
  check('link', treeOf('l->e', 'd=1'), base, treeOf('l->e'));
  check('kind', treeOf('a=1', 'd/e=1', 'l=d'), base, treeOf('a=1', 'd/e=1', 'l=d'));
  check('a deletion is no file', treeOf('d=1'), base, EMPTY_TREE);
  check('a new folder comes whole', treeOf('n/e/', 'n/f=1', 'd=1'), base, treeOf('n/e/', 'n/f=1'));
});

describe('filterTree', () => {
  const tree = treeOf('a.ts=1', 'src/b.ts=2', 'src/b.js=3', 'src/x/c.ts=4', 'l.ts->a.ts', 'e/');
  const check = (
    include: string[] | undefined,
    exclude: string[] | undefined,
    ...expected: string[]
  ): void => {
    it(`${include ?? 'all'} but ${exclude ?? 'none'}`, () => {
      const filter = { ...(include ? { include } : {}), ...(exclude ? { exclude } : {}) };
      same(filterTree(tree, filter), treeOf(...expected));
    });
  };
  check(undefined, undefined, 'a.ts=1', 'src/b.ts=2', 'src/b.js=3', 'src/x/c.ts=4', 'l.ts->a.ts', 'e/');
  check(['*.ts'], undefined, 'a.ts=1', 'l.ts->a.ts');
  check(['**/*.ts'], ['src/x/'], 'a.ts=1', 'src/b.ts=2', 'l.ts->a.ts');
  check(['src/'], undefined, 'src/b.ts=2', 'src/b.js=3', 'src/x/c.ts=4');
  check(undefined, ['**/*.ts'], 'src/b.js=3', 'e/');
  check(undefined, ['src/**'], 'a.ts=1', 'l.ts->a.ts', 'e/');
  check(undefined, ['e/'], 'a.ts=1', 'src/b.ts=2', 'src/b.js=3', 'src/x/c.ts=4', 'l.ts->a.ts');
  check([], undefined);

  it('takes what it keeps whole as it is', () => {
    assert.equal(filterTree(tree, { include: ['**'] }), tree);
    assert.equal(filterTree(tree, { exclude: ['nothing.*'] }), tree);
    const src = filterTree(tree, { include: ['src/**'] }).directories[0]!.tree;
    assert.equal(src, tree.directories.find(({ name }) => name === 'src')!.tree);
  });
});

describe('operations on any trees', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const leaf = fc.record({ digest: fc.constantFrom('1', '2').map(digestOf), isExecutable: fc.boolean() });
  const tree = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc
      .record({
        files: fc.dictionary(name, leaf, { maxKeys: 3 }),
        folders: fc.dictionary(name, fc.option(tie('tree'), { depthSize: 'small', nil: undefined }), {
          maxKeys: 3,
        }),
      })
      .map(({ files, folders }) => {
        const directories = Object.entries(folders).flatMap(([each, child]) =>
          child ? { name: each, tree: child } : [],
        );
        const taken = new Set(directories.map((each) => each.name));
        const nodes = Object.entries(files).flatMap(([each, content]) =>
          taken.has(each) ? [] : { name: each, ...content },
        );
        return makeTree({ files: nodes, directories });
      }),
  })).tree;

  it('a merge is the same in any grouping', () => {
    fc.assert(
      fc.property(tree, tree, tree, (a, b, c) => {
        const whole = mergeTrees([a, b, c]).digest.hash;
        assert.equal(mergeTrees([mergeTrees([a, b]), c]).digest.hash, whole);
        assert.equal(
          mergeTrees([a, mergeTrees([b, c])]).digest.hash === whole || hasConflict([a, b, c]),
          true,
        );
      }),
    );
  });

  it('what changed, put over the old, has the files of the new', () => {
    fc.assert(
      fc.property(tree, tree, (old, now) => {
        const after = new Map(
          listTree(mergeTrees([old, changedTree(now, old)])).map((each) => [each.path, each]),
        );
        for (const entry of listTree(now)) assert.deepEqual(after.get(entry.path), entry);
      }),
    );
  });

  it('include and exclude divide a tree', () => {
    fc.assert(
      fc.property(tree, fc.constantFrom('a/**', '*', '**/b', 'b/', '{a,c}/*'), (whole, pattern) => {
        const inside = listTree(filterTree(whole, { include: [pattern] }));
        const outside = listTree(filterTree(whole, { exclude: [pattern] }));
        const all = [...inside, ...outside].map(({ path }) => path).sort();
        assert.deepEqual(
          all,
          listTree(whole).map(({ path }) => path),
        );
      }),
    );
  });
});

/** Merging is associative but where a name is a file in one tree and a folder in others. */
function hasConflict(trees: readonly Tree[]): boolean {
  const files = new Set<string>();
  const folders = new Set<string>();
  const visit = (tree: Tree, prefix: string): void => {
    for (const { name } of tree.files) files.add(prefix + name);
    for (const { name, tree: child } of tree.directories) {
      folders.add(prefix + name);
      visit(child, `${prefix}${name}/`);
    }
  };
  for (const tree of trees) visit(tree, '');
  return [...files].some((path) => folders.has(path));
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_RESOURCES, type PlannedAction, type Tree, treeFromFiles } from '../action/index.ts';
import { digestOf } from '../base/index.ts';
import { LargeInputs } from './large-inputs.ts';

function toolOf(name: string, sizeBytes: number): Tree {
  const digest = { hash: digestOf(name).hash, sizeBytes };
  return treeFromFiles(new Map([[`lib/${name}`, { digest, isExecutable: false }]]));
}

function action(id: string, need: string | undefined, tools: readonly Tree[]): PlannedAction {
  return {
    ...{ id, owner: undefined, mnemonic: 'Step', description: id, argv: [], env: {}, outputs: [] },
    work: need === undefined ? { kind: 'literal', files: [] } : { kind: 'output', action: need },
    mounts: tools.map((tree, index) => ({
      at: `/tools/${index}`,
      tree: { kind: 'tree', tree },
      access: 'read-only',
    })),
    ...{ network: false, timeoutMs: 1, resources: DEFAULT_RESOURCES, staging: 'overlay', isCacheable: true },
  };
}

test('large files of an action that has to run, and of those behind it, are verified beside', async () => {
  const [platform, small, other] = [
    toolOf('platform', 2 ** 27),
    toolOf('small', 5),
    toolOf('other', 2 ** 27),
  ];
  const asked: string[] = [];
  const names = new Map(
    [platform, small, other].map((tree, index) => [tree.directories[0]!.tree.files[0]!.digest.hash, index]),
  );
  const waiting = Promise.withResolvers<void>();
  const inputs = new LargeInputs({
    verifyBeside(digest) {
      asked.push(['platform', 'small', 'other'][names.get(digest.hash)!]!);
      return waiting.promise;
    },
  });
  inputs.add(action('compile', undefined, [small]));
  inputs.add(action('link', 'compile', [platform, small]));
  inputs.add(action('elsewhere', undefined, [other]));
  assert.deepEqual(asked, []);
  inputs.expect('compile');
  assert.deepEqual(asked, ['platform']);
  inputs.expect('link');
  assert.deepEqual(asked, ['platform']);

  await inputs.ready([small]);
  let isReady = false;
  const ready = inputs.ready([platform, small]).then(() => {
    isReady = true;
  });
  await Promise.resolve();
  assert.equal(isReady, false);
  waiting.resolve();
  await ready;
});

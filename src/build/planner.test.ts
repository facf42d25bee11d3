import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digestOf, formatDigest } from '../base/index.ts';
import type { Target } from '../graph/index.ts';
import { mobileSpec } from '../rules/testing.ts';
import { keyOf, type PlanningInput, specText, unchangedTarget } from './planner.ts';
import type { ArtifactMemo, TargetMemo } from './state.ts';

const TARGET: Target = {
  label: { kind: 'app', name: 'a' },
  directory: 'mobile/a',
  spec: mobileSpec({ rule: 'android' }),
  needs: [],
};
const ARTIFACT: ArtifactMemo = {
  ...{ name: 'a', type: 'mobile', path: 'mobile/a.apk', root: '', isFile: true, sizeBytes: 1, sha256: '' },
  written: [],
};

test('a target need not be planned as long as the certificates that sign it are valid', () => {
  const at = (nowMs: number, artifacts: readonly ArtifactMemo[]): boolean => {
    const spec = specText(TARGET);
    const memo: TargetMemo = {
      key: keyOf({ surroundings: 'x', machine: undefined }, { spec, needs: [], seesMachine: false }),
      observations: { folders: {} },
      requirements: { tools: [], runs: [] } as unknown as TargetMemo['requirements'],
      exports: formatDigest(digestOf('')),
      artifacts,
      actions: 1,
      seesMachine: false,
    };
    const input = { surroundings: 'x', memos: { 'app:a': memo }, nowMs, spec };
    return (
      unchangedTarget(TARGET, new Map(), input as unknown as PlanningInput & { spec: string }) !== undefined
    );
  };
  assert.equal(at(1000, [ARTIFACT]), true);
  assert.equal(at(1000, [ARTIFACT, { ...ARTIFACT, validUntilMs: 1001 }]), true);
  assert.equal(at(1001, [ARTIFACT, { ...ARTIFACT, validUntilMs: 1001 }]), false);
});

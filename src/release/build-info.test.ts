import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildInfoText } from './build-info.ts';

test('what was built has the five fields of the document', () => {
  const facts = { buildId: '1-c', version: '1.0.0', commit: 'c', commitTime: 1_700_000_000, branch: 'main' };
  const text = buildInfoText(facts);
  assert.deepEqual(JSON.parse(text), {
    ...{ buildId: '1-c', version: '1.0.0', timestamp: '2023-11-14T22:13:20+00:00' },
    ...{ commit: 'c', branch: 'main' },
  });
  assert.match(text, /^\{\n {4}"buildId": "1-c",\n[\s\S]*\n\}\n$/);
});

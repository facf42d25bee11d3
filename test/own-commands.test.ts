import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OWN_COMMANDS } from '../src/rules/own-commands.ts';
import { TOOL_VERSIONS } from '../src/tools/index.ts';

test('rules plan the commands that there are, by their versions', () => {
  assert.deepEqual({ ...TOOL_VERSIONS }, { ...OWN_COMMANDS });
});

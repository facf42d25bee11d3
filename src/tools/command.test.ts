import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '../base/index.ts';
import { type Commands, inTurn } from './command.ts';
import { badInput, type ToolContext } from './tool.ts';

async function ran(...args: string[]): Promise<string> {
  const calls: string[] = [];
  const commands: Commands = {
    say: { version: 2, run: async (words) => ok(void calls.push(words.join('+'))) },
    fail: { version: 1, run: async () => badInput('it is wrong') },
  };
  const done = await inTurn(() => commands)(args, {} as ToolContext);
  return [...calls, ...(done.ok ? [] : [`${done.failure.kind}: ${done.failure.message}`])].join(' | ');
}

test('commands run in turn, each by its version, until one fails', async () => {
  assert.equal(await ran('say', 'v2', 'a', '--b', 'c'), 'a+--b+c');
  assert.equal(await ran('say', 'v2', 'a', '--then', 'say', 'v2', '--then', 'say', 'v2', 'c'), 'a |  | c');
  const failing = ['say', 'v2', 'a', '--then', 'fail', 'v1', '--then', 'say', 'v2', 'b'];
  assert.equal(await ran(...failing), 'a | input: it is wrong');
  assert.equal(await ran('say', 'v1'), 'usage: say v1 was asked for, but this program has v2');
  assert.equal(await ran('say', 'v2', 'a', '--then', 'other', 'v1'), 'a | usage: no command other');
  assert.match(await ran(), /^usage: no command/);
});

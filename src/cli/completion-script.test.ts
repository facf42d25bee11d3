import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { completionScript, SHELLS } from './completion-script.ts';
import { VERBS } from './verb-table.ts';

/** What bash offers for a line that ends at the cursor. */
function offered(words: readonly string[]): string[] {
  const script = `${completionScript('bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_mobileops; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((line) => line !== '');
}

function check(line: string, expected: readonly string[]): void {
  test(`completes: ${line}`, () => assert.deepEqual(offered(line.split(' ')), expected));
}

check('mobileops b', ['build']);
check('mobileops cache ', ['stats', 'gc', 'verify', 'clear']);
check('mobileops deps l', ['lock']);
check('mobileops build --ke', ['--keep-going']);
check('mobileops cache gc --ma', ['--max-size']);
check('mobileops test --cat', ['--category']);

test('every shell knows every verb', () => {
  for (const shell of SHELLS) {
    const script = completionScript(shell);
    for (const { name } of VERBS) for (const word of name.split(' ')) assert.ok(script.includes(word));
  }
});

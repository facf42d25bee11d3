import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { completionScript, SHELLS } from './completion-script.ts';
import { VERBS } from './verb-table.ts';

/** What bash offers for a line that ends at the cursor; a `mobileops` that knows three targets answers `graph`. */
function offered(line: string): string[] {
  const words = line
    .replace(/:/g, ' : ')
    .split(' ')
    .filter((word, at, all) => word !== '' || at === all.length - 1);
  const script = `${completionScript('bash')}
mobileops() { echo "$*" >&2; [[ $1 == graph ]] && printf '%s\n' component:ai-core 'image:base <- component:ai-core' scripts; }
COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_mobileops; printf '%s\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync('bash', ['-c', script], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  assert.equal(status, 0, stderr);
  return stdout.split('\n').filter((each) => each !== '');
}

function check(line: string, expected: readonly string[]): void {
  test(`completes: ${line}`, () => assert.deepEqual(offered(line), expected));
}

check('mobileops b', ['build']);
check('mobileops cache ', ['stats', 'gc', 'verify', 'clear']);
check('mobileops deps l', ['lock', 'licenses']);
check('mobileops build --ke', ['--keep-going']);
check('mobileops cache gc --ma', ['--max-size']);
check('mobileops test --cat', ['--category']);
check('mobileops build ', ['all', 'component:ai-core', 'image:base', 'scripts', 'ai-core', 'base']);
check('mobileops build comp', ['component:ai-core']);
check('mobileops build component:a', ['ai-core']);
check('mobileops build -k base image:', ['base']);
check('mobileops why ba', ['base']);
check('mobileops build --profile completion-script.t', ['completion-script.test.ts', 'completion-script.ts']);
check('mobileops cache stats ', []);
check('mobileops image ', ['diff', 'save', 'size', 'run', 'sign', 'verify']);
check('mobileops image size ba', ['base']);
check('mobileops image diff completion-script.te', ['completion-script.test.ts']);
check('mobileops image diff image:', ['base']);

test('every shell knows every verb', () => {
  for (const shell of SHELLS) {
    const script = completionScript(shell);
    for (const { name } of VERBS) for (const word of name.split(' ')) assert.ok(script.includes(word));
  }
});

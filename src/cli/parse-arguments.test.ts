import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseArguments } from './parse-arguments.ts';
import type { VerbSpec } from './verb-spec.ts';
import { VERBS } from './verb-table.ts';

const spec = (name: string): VerbSpec => VERBS.find((verb) => verb.name === name)!;

const NAMES = [
  'keep-going',
  'jobs',
  'timeout',
  'output',
  'profile',
  'workspace',
  'json',
  'quiet',
  'help',
  'max-size',
  'grace',
  'interactive',
  'tty',
];
/** They may stand several times. */
const LISTS = ['env', 'publish'];

/** Flags as text, then positionals; or all problems, one a line. */
function parsed(line: string): string {
  const [verb = '', ...words] = line.split(' ').filter((word) => word !== '');
  const { flags, positionals, diagnostics } = parseArguments(spec(verb.replace('+', ' ')), words);
  if (diagnostics.length > 0) return diagnostics.map((each) => renderDiagnostic(each)).join('\n');
  const given = NAMES.filter((name) => flags.has(name));
  const shown = given.map((name) => `${name}=${flags.text(name) ?? flags.number(name) ?? 'on'}`);
  for (const name of LISTS.filter((each) => flags.has(each)))
    shown.push(`${name}=${flags.texts(name).join('+')}`);
  return [...shown, ...positionals].join(' ');
}

function check(line: string, expected: string): void {
  test(line, () => assert.equal(parsed(line), expected));
}

check('build', '');
check('build all', 'all');
check('build a b -k c', 'keep-going=on a b c');
check('build -j 4', 'jobs=4');
check('build -j4', 'jobs=4');
check('build -j=4', 'jobs=4');
check('build --jobs=4 --jobs 4', 'jobs=4');
check('build --timeout 1.5s', 'timeout=1500');
check('build --output all', 'output=all');
check('build -C there --json -q', 'workspace=there json=on quiet=on');
check('build -- -k', '-k');
check('build --profile=a=b', 'profile=a=b');
check('cache+gc --max-size 2GiB', 'max-size=2147483648');
check('cache+gc --grace 0s', 'grace=0');
check('build --timeout 0s', 'error[cli/bad-value] --timeout: a duration such as 90s or 10m, not `0s`');
check('why --help', 'help=on');
check('image+run x -it -- sh -c -t', 'interactive=on tty=on x sh -c -t');
check('image+run -e A=1 --env=B=2 -p80 -e A=1 x', 'env=A=1+B=2+A=1 publish=80 x');
check('image+run -qte A x', 'quiet=on tty=on env=A x');
check(
  'image+run -tx y',
  'error[cli/unknown-flag] image run has no flag -x\n  help: see mobileops image run --help',
);
check('image+run -t=x y', 'error[cli/unexpected-value] -t takes no value');

check('build --jbs', 'error[cli/unknown-flag] build has no flag --jbs\n  help: did you mean --jobs?');
check('build -x', 'error[cli/unknown-flag] build has no flag -x\n  help: see mobileops build --help');
check('build --jobs', 'error[cli/missing-value] --jobs needs a value\n  help: write --jobs N');
check(
  'build --profile --json',
  'error[cli/missing-value] --profile needs a value\n  help: write --profile FILE',
);
check('build --jobs=0', 'error[cli/bad-value] --jobs: a whole number from 1, not `0`');
check('build -j -1', 'error[cli/bad-value] -j: a whole number from 1, not `-1`');
check('build --jobs 1.5', 'error[cli/bad-value] --jobs: a whole number from 1, not `1.5`');
check('build --timeout 10', 'error[cli/bad-value] --timeout: a duration such as 90s or 10m, not `10`');
check('build --timeout 0s', 'error[cli/bad-value] --timeout: a duration such as 90s or 10m, not `0s`');
check('build --json=yes', 'error[cli/unexpected-value] --json takes no value');
check('build --profile=', 'error[cli/bad-value] --profile: a text that is not empty, not ``');
check(
  'build --output faild',
  'error[cli/bad-value] --output: one of all, failed, none, not `faild`\n  help: did you mean failed?',
);
check('build -j1 -j2', 'error[cli/repeated-flag] --jobs stands twice with different values');
check(
  'why',
  'error[cli/missing-argument] why needs LABEL\n  help: for example: mobileops why component:ai-core',
);
check('why a b', 'error[cli/extra-argument] why has no use for `b`');
check('validate now', 'error[cli/extra-argument] validate has no use for `now`');
check(
  'release --alow-dirty --jobs x',
  [
    'error[cli/unknown-flag] release has no flag --alow-dirty\n  help: did you mean --allow-dirty?',
    'error[cli/bad-value] --jobs: a whole number from 1, not `x`',
    'error[cli/missing-argument] release needs VERSION\n  help: for example: mobileops release v1.0.0 "First release"',
  ].join('\n'),
);

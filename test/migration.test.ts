/** The commands of docs/migration.md: their verbs and flags are those of this version, and their values are taken. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { renderDiagnostic } from '../src/base/index.ts';
import { parseArguments } from '../src/cli/parse-arguments.ts';
import { VERBS } from '../src/cli/verb-table.ts';

const ROOT = join(import.meta.dirname, '..');
const page = (name: string): string => readFileSync(join(ROOT, name), 'utf8');

/** The words of a line as a shell has them: quotes go. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

function problemsOf(line: string): string[] {
  const words = wordsOf(line).slice(1);
  const spec = [2, 1]
    .map((count) => VERBS.find(({ name }) => name === words.slice(0, count).join(' ')))
    .find((found) => found !== undefined);
  if (!spec) return [`${line}: no such verb`];
  const { diagnostics } = parseArguments(spec, words.slice(spec.name.split(' ').length));
  return diagnostics.map((each) => `${line}: ${renderDiagnostic(each)}`);
}

const commands = (text: string): string[] =>
  [...text.matchAll(/`(mobileops [^`]+)`/g)].map(([, line]) => line!);

test('each command is one of this version', () => {
  const lines = commands(page('docs/migration.md'));
  assert.ok(lines.length > 40);
  assert.deepEqual(lines.flatMap(problemsOf), []);
});

/** Of the document, beside `build_release.sh`. */
const SCRIPTS: Readonly<Record<string, string>> = {
  'setup-build-env.sh': 'prepare',
  'install-deps.sh': 'deps lock',
  'compile.sh': 'build',
  'run-tests.sh': 'test',
  'package.sh': 'package',
  'prepare-models.py': 'build component:ai-core',
  'security-scan.sh': 'scan',
  'security-scan-deps.sh': 'deps audit',
  'toolbox_integrity_check.sh verify': 'integrity verify',
  'test_suite.sh all': 'check',
};

test('each script of the document has a command of this version', () => {
  const rows = page('docs/migration.md').split('\n');
  for (const [script, words] of Object.entries(SCRIPTS)) {
    const lines = rows.filter(
      (row) => row.startsWith('| ') && row.split(' | ')[0]!.includes(`\`${script}\``),
    );
    assert.equal(lines.length, 1, script);
    const [line = ''] = commands(lines[0]!);
    assert.ok(line.startsWith(`mobileops ${words}`), script);
    assert.deepEqual(problemsOf(line), []);
  }
});

test('a command that is none would be seen', () => {
  assert.match(problemsOf('mobileops biuld all')[0]!, /no such verb/);
  assert.match(problemsOf('mobileops build --all')[0]!, /unknown-flag/);
  assert.match(problemsOf('mobileops cache gc --max-size much')[0]!, /bad-value|cli\//);
  assert.equal(problemsOf('mobileops release').length, 1);
});

test('every verb of a script that the reference platform has is in the table', () => {
  const usage = page('examples/platform/scripts/build_release.sh');
  const verbs = [...usage.matchAll(/^ {2}([a-z]+)[ \w[|.\]]* {2,}.*mobileops/gm)].map(([, verb]) => verb!);
  assert.ok(verbs.length >= 6);
  const text = page('docs/migration.md');
  assert.deepEqual(
    verbs.filter((verb) => !text.includes(`| \`build_release.sh ${verb}`)),
    [],
  );
});

/** What docs/quality.md says: its files are right, its commands are commands, its formula and lists are those of the program. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseArguments } from '../src/cli/parse-arguments.ts';
import { VERBS } from '../src/cli/verb-table.ts';
import { parseBuildConfiguration } from '../src/config/build-configuration.ts';
import { parseComponentBuild } from '../src/config/component-build.ts';
import { testCoverageLines } from '../src/quality/gates/test-coverage.ts';
import { LEAST_LINES, WEIGHTS } from '../src/quality/lint/score.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/quality.md'), 'utf8');

function blocks(language: string): string[] {
  const found = PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...found].map(([, text]) => text!);
}

test('its files mean what it says of them', () => {
  const [configuration, component] = blocks('yaml');
  const global = parseBuildConfiguration({ path: 'build-config.yaml', text: configuration! });
  assert.deepEqual(global.diagnostics, []);
  const { codeQuality, testCoverage, performanceTest, licences, exceptions } = global.value!.quality;
  assert.deepEqual(
    [
      codeQuality.threshold,
      testCoverage.threshold,
      performanceTest.maxResponseTimeMs,
      licences.allowUnknown,
      exceptions.length,
    ],
    [8, 80, 200, true, 1],
  );
  const served = parseComponentBuild({ path: 'build.yaml', text: component! });
  assert.deepEqual(served.diagnostics, []);
  assert.deepEqual(served.value!.spec.serve?.paths, ['/health', '/api/state']);
});

test('its commands are commands', () => {
  const lines = blocks('sh').join('').trim().split('\n');
  assert.ok(lines.length >= 2);
  for (const line of lines) {
    const [program, verb, ...words] = line.split(' ');
    assert.equal(program, 'mobileops');
    const spec = VERBS.find(({ name }) => name === verb);
    assert.ok(spec, line);
    assert.deepEqual(parseArguments(spec, words).diagnostics, []);
  }
});

test('its formula is the one that is computed', () => {
  const { error, warning, note } = WEIGHTS;
  assert.ok(
    PAGE.includes(
      `score = 10 - 100 x (${error} x errors + ${warning} x warnings + ${note} x notes) / lines of code`,
    ),
  );
  assert.ok(PAGE.includes(`fewer than ${LEAST_LINES} count as ${LEAST_LINES}`));
});

test('the place that messages name is a part of it', () => {
  const target = { label: 'component:a', directory: 'a', lints: [], notLinted: {} };
  const sources = [{ path: 'a.py', language: 'Python' as const, code: [1], isCoverable: true }];
  const run = { label: 'component:a', category: 'unit', status: 'ran' as const };
  const [line] = testCoverageLines([{ ...target, sources }], [run], 80);
  const [, part] = /docs\/quality\.md, "([^"]+)"/.exec(line?.why ?? '') ?? [];
  assert.ok(part && PAGE.includes(`# ${part}\n`), line?.why);
});

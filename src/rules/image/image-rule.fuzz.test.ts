import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDiagnostic } from '../../base/index.ts';
import { parseImagePlan } from '../../oci/index.ts';
import { fakeContext, imageSpec } from '../testing.ts';
import { imageDiagnostics } from './diagnostics.ts';
import { parseDockerfile } from './dockerfile.ts';
import { imageRule } from './image-rule.ts';

const PIECES = [
  'FROM ',
  'scratch',
  'mobileops-base',
  ' AS b',
  '\n',
  '\r\n',
  ' ',
  '\\\n',
  '`\n',
  '# escape=`\n',
  '# syntax=x\n',
  '#',
  '\t',
  '\uFEFF',
  'COPY ',
  'ADD ',
  '--from=',
  '--chown=',
  '--chmod=',
  '--link ',
  'a.txt',
  'dist/components/x',
  '/x/',
  '<<EOF',
  '<<-"EOF"',
  'EOF',
  '*',
  '[',
  ']',
  'ENV ',
  'ARG ',
  'LABEL ',
  'A=',
  '$A',
  '${A',
  ':-',
  '}',
  '"',
  "'",
  '\\',
  'CMD ',
  '["a"',
  ',',
  'HEALTHCHECK ',
  '--interval=',
  '1s',
  'NONE',
  'EXPOSE ',
  '80',
  '-',
  '/tcp',
  'VOLUME ',
  'USER ',
  'WORKDIR ',
  'RUN ',
  '--mount=',
  'type=cache,',
  'type=bind,',
  'target=/x',
  ',source=x',
  ',from=b',
  '--network=none ',
  '--exclude=',
  '--parents ',
  '--checksum=sha256:',
  '--platform=',
  'https://x.example/a',
  '#!/bin/sh\n',
  '3<<EOF',
  'pip install a>=1',
  '# check=skip=all\n',
  '\\\n\n',
  '${A#',
  '${A/',
  'ONBUILD ',
  'SHELL ',
  'STOPSIGNAL ',
  'MAINTAINER ',
  'é',
  '\0',
  '..',
];

test('every line that begins an instruction is one', () => {
  const line = fc.constantFrom(
    'RUN a \\\\',
    'RUN <<E\nFROM x\nE',
    'COPY a \\\n  b',
    '# c',
    '',
    'USER x\r',
    '\u00a0USER y',
    '\tUSER "z',
    'RUN x \\',
    'ENV a=\\\n\n# x\n b',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = `${lines.join('\n')}\nUSER end\n`;
      const keywords = parseDockerfile({ path: 'x', text }).instructions.map(({ keyword }) => keyword);
      assert.deepEqual(keywords, expectedKeywords(text), JSON.stringify(text));
    }),
    { numRuns: 1000 },
  );
});

/** By the rules of the lines above alone. */
function expectedKeywords(text: string): string[] {
  const lines = text.split('\n').slice(0, -1);
  const keywords: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.trim();
    if (line === '' || line.startsWith('#')) continue;
    keywords.push(line.split(/\s/)[0]!.toUpperCase());
    const isOpen = (index: number): boolean => /(?:^|[^\\])\\$/.test(lines[index] ?? '');
    for (let open = isOpen(at); open; ) {
      at++;
      const next = lines[at]?.trim();
      if (next === undefined) break;
      open = next === '' || next.startsWith('#') || isOpen(at);
    }
    if (keywords.at(-1) === 'RUN' && lines[at] === 'RUN <<E') while (lines[at] !== 'E') at++;
  }
  return keywords;
}

test('any text gives a plan or diagnostics that can be shown', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string()), { maxLength: 25 }), (pieces) => {
      const text = pieces.join('');
      const files = { 'docker/Dockerfile.demo': text, 'a.txt': '', 'x/b.txt': '' };
      const plan = imageRule(fakeContext({ spec: imageSpec(), files, needs: ['image:base', 'component:x'] }));
      const hasError = plan.diagnostics.some(({ severity }) => severity === 'error');
      assert.equal(plan.actions.length, hasError ? 0 : 2, JSON.stringify(text));
      for (const diagnostic of plan.diagnostics) {
        assert.ok(Object.hasOwn(imageDiagnostics, diagnostic.code));
        assert.ok(
          diagnostic.span!.end >= diagnostic.span!.start && diagnostic.span!.end <= Math.max(1, text.length),
        );
        assert.ok(renderDiagnostic(diagnostic).includes('help:'));
      }
      const work = plan.actions[0]?.work;
      const literal = work?.kind === 'merge' ? work.of[0] : undefined;
      if (literal?.kind === 'literal') assert.ok(parseImagePlan(literal.files[0]!.content));
    }),
    { numRuns: 3000 },
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderDiagnostic } from '../../base/index.ts';
import { parseImagePlan } from '../../oci/index.ts';
import { fakeContext, imageSpec } from '../testing.ts';
import { imageDiagnostics } from './diagnostics.ts';
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
  'ONBUILD ',
  'SHELL ',
  'STOPSIGNAL ',
  'MAINTAINER ',
  'é',
  '\0',
  '..',
];

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

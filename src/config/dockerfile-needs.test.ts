import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatLabel } from '../base/index.ts';
import { impliedNeeds } from './dockerfile-needs.ts';

function check(text: string, expected: readonly string[]): void {
  test(JSON.stringify(text), () => {
    const needs = impliedNeeds(text, { imagePrefix: 'mobileops-' });
    assert.deepEqual(
      needs.map(({ label, start, end }) => `${formatLabel(label)} ${text.slice(start, end)}`),
      expected,
    );
  });
}

check('', []);
check('FROM scratch\nCOPY scripts/ /x\n', []);
check('FROM mobileops-base\n', ['image:base mobileops-base']);
check('from --platform=linux/amd64 mobileops-base:1.0 as b\nFROM b\nCOPY --from=b a b\n', [
  'image:base mobileops-base:1.0',
]);
check('ARG B=base\nFROM mobileops-${B}:${TAG:-latest}\n', ['image:base mobileops-${B}:${TAG:-latest}']);
check('FROM registry.example/mobileops-base\nFROM mobileops-\n', []);
check('FROM scratch AS mobileops-x\nFROM mobileops-x\n', []);
check('FROM scratch\nCOPY --chown=1:1 --from=mobileops-web /a /b\n', ['image:web mobileops-web']);
check('FROM scratch\nCOPY --from=0 dist/components/a /b\n', []);
check('FROM mobileops-a AS one\nRUN --network=none --mount=type=bind,from=mobileops-b,target=/b x\n', [
  'image:a mobileops-a',
  'image:b mobileops-b',
]);
check(
  'FROM x\nRUN --mount=from=mobileops-b,target=/b \\\n  --mount=target=/d,source=dist/components/c make\n',
  ['image:b mobileops-b', 'component:c dist/components/c'],
);
check('FROM x AS one\nRUN --mount=from=one,target=/b --mount=from=0,target=/c from=mobileops-b,x\n', []);
check(
  'FROM scratch\nCOPY dist/components/ai-core/bin ./dist/scripts \\\n  # why\n  /dist/mobile/webapp/ /x/\n',
  [
    'component:ai-core dist/components/ai-core/bin',
    'scripts ./dist/scripts',
    'app:webapp /dist/mobile/webapp/',
  ],
);
check('FROM scratch\nADD ["dist/components/nn", "/x/"]\n', ['component:nn dist/components/nn']);
check('FROM scratch\nCOPY dist/components/* dist/other/x dist /dist/components/last\n', []);
check('FROM scratch\nCOPY <<EOF /x\nCOPY dist/components/a /b\nEOF\nCOPY dist/components/b /b\n', [
  'component:b dist/components/b',
]);
check('# escape=`\nFROM scratch\nCOPY `\r\n  dist/components/a /b\n', ['component:a dist/components/a']);

test('the scan never fails', () => {
  const word = fc.constantFrom(
    'FROM',
    'COPY',
    'mobileops-a',
    'dist/components/',
    '--from=',
    '<<E',
    'E',
    '\n',
    ' ',
    '\\',
    '$',
    '{',
    '}',
    '"',
    'ARG',
    '=',
    '#',
  );
  fc.assert(
    fc.property(fc.string({ unit: word }), (text) => void impliedNeeds(text, { imagePrefix: 'mobileops-' })),
    { numRuns: 1000 },
  );
});

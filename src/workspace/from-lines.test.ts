import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imagesOf } from './from-lines.ts';

function check(text: string, ...expected: string[]): void {
  const found = imagesOf({ path: 'Dockerfile', text });
  assert.deepEqual(
    found.map(({ value }) => value),
    expected,
    text,
  );
  for (const { value, span } of found) assert.equal(text.slice(span.start, span.end), value);
}

test('images of FROM and COPY --from', () => {
  check('FROM scratch\n', 'scratch');
  check('from  mobileops-base:latest  as  x', 'mobileops-base:latest');
  check('FROM --platform=linux/arm64 ghcr.io/a/b@sha256:0\r\n', 'ghcr.io/a/b@sha256:0');
  check('FROM a\nCOPY --chown=1 --from=b /x /y\n', 'a', 'b');
  check('# FROM no\nARG X=1\nFROM yes\n', 'yes');
});

test('stages, numbers and variables are no images', () => {
  check('FROM a AS Build\nFROM build\nCOPY --from=0 /x /y\nCOPY --from=BUILD /x /y\n', 'a');
  check('FROM ${BASE}\nFROM $BASE\n');
});

test('lines that continue and here-documents', () => {
  check('FROM \\\n  a \\\n  AS x\nFROM x', 'a');
  check('RUN echo \\\nFROM no\nFROM yes', 'yes');
  check('FROM a\nRUN <<EOF\nFROM no\nEOF\nFROM b\n', 'a', 'b');
  check('FROM a\nRUN cat <<-"END" > f \\\n  && true\nFROM no\n\tEND\nFROM b\n', 'a', 'b');
  check('RUN a \\\n# a comment within\n  b\nFROM c\n', 'c');
  check('', ...[]);
});

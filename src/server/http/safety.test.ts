import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secretOf } from '../access/credentials.ts';
import { groupCommit } from '../database/group-commit.ts';
import { parseOciPath } from '../oci/paths.ts';
import { byteRange } from './byte-range.ts';
import { Counter, Figures, Histogram } from './figures.ts';
import { attachment, safeContentType } from './safe-headers.ts';

const NAMES: readonly (readonly [string, string])[] = [
  ['app-1.0.apk', 'attachment; filename="app-1.0.apk"'],
  ['../../etc/passwd', 'attachment; filename="passwd"'],
  [
    'a\r\nSet-Cookie: x=1',
    `attachment; filename="a__Set-Cookie_ x_1"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1`,
  ],
  ['a"b', `attachment; filename="a_b"; filename*=UTF-8''a%22b`],
  ['über.txt', `attachment; filename="_ber.txt"; filename*=UTF-8''%C3%BCber.txt`],
];

test('the name of a download ends neither its header nor its quotes', () => {
  for (const [name, expected] of NAMES) assert.equal(attachment(name), expected);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      assert.match(attachment(name), /^attachment; filename="[\w.+ -]+"(?:; filename\*=UTF-8''[\w%.~!-]+)?$/);
    }),
  );
});

test('nothing that was uploaded is sent as something that a browser runs', () => {
  for (const type of [
    'text/html',
    'TEXT/HTML; charset=utf-8',
    'image/svg+xml',
    'text/javascript',
    'a\r\nb',
    '',
  ])
    assert.equal(safeContentType(type), 'application/octet-stream');
  assert.equal(safeContentType('text/plain; charset=x'), 'text/plain; charset=utf-8');
});

test('a range lies within the content', () => {
  const header = fc.oneof(
    fc.string(),
    fc.tuple(fc.nat(300), fc.nat(300)).map(([a, b]) => `bytes=${a}-${b}`),
  );
  fc.assert(
    fc.property(header, fc.nat(200), (text, size) => {
      const range = byteRange(text, size);
      if (typeof range === 'string') return;
      assert.ok(range.start >= 0 && range.start < range.end && range.end <= size);
    }),
  );
});

test('only bearer and basic give a secret', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  assert.equal(secretOf('bearer abc'), 'abc');
  assert.equal(secretOf(basic('me:a:b')), 'a:b');
  for (const header of [undefined, '', 'abc', 'Digest abc', basic('none'), 'Basic', 'Bearer a b'])
    assert.equal(secretOf(header), undefined, header);
  fc.assert(fc.property(fc.string(), (text) => void secretOf(text)));
});

test('any path below /v2/ is read without throwing, and a repository may be called as the API is', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseOciPath(text)));
  const words = fc.constantFrom('blobs', 'uploads', 'manifests', 'tags', 'list', 'referrers', 'a');
  fc.assert(
    fc.property(fc.array(words, { minLength: 1 }), (parts) => {
      const name = parts.join('/');
      assert.deepEqual(parseOciPath(`${name}/manifests/v1`), { kind: 'manifest', name, reference: 'v1' });
    }),
  );
});

test('figures are in the format of Prometheus', () => {
  const figures = new Figures();
  figures.add(new Counter('b_total', 'Things\nof all kinds')).add({ what: 'a "b"\\' }, 2);
  const histogram = figures.add(new Histogram('a_seconds', 'Times', [1, 5]));
  for (const seconds of [0.5, 3, 9]) histogram.observe({}, seconds);
  assert.equal(
    figures.text(),
    [
      '# HELP a_seconds Times',
      '# TYPE a_seconds histogram',
      'a_seconds_bucket{le="1"} 1',
      'a_seconds_bucket{le="5"} 2',
      'a_seconds_bucket{le="+Inf"} 3',
      'a_seconds_sum 12.5',
      'a_seconds_count 3',
      '# HELP b_total Things\\nof all kinds',
      '# TYPE b_total counter',
      'b_total{what="a \\"b\\"\\\\"} 2',
      '',
    ].join('\n'),
  );
});

test('who comes while a flush runs waits for the next one, and all of those share it', async () => {
  const flushes: PromiseWithResolvers<void>[] = [];
  const flush = groupCommit(() => {
    const one = Promise.withResolvers<void>();
    flushes.push(one);
    return one.promise;
  });
  const done: string[] = [];
  const first = flush().then(() => done.push('first'));
  const others = ['a', 'b', 'c'].map((name) => flush().then(() => done.push(name)));
  assert.equal(flushes.length, 1);
  flushes[0]!.resolve();
  await first;
  assert.deepEqual(done, ['first']);
  await Promise.resolve();
  assert.equal(flushes.length, 2);
  flushes[1]!.resolve();
  await Promise.all(others);
  assert.deepEqual(done, ['first', 'a', 'b', 'c']);
});

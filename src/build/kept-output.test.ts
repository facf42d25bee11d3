import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptOutput } from './kept-output.ts';

const KIB = 1024;

function keep(...chunks: readonly string[]): string {
  const output = new KeptOutput();
  for (const chunk of chunks) output.add(Buffer.from(chunk));
  return Buffer.from(output.bytes()).toString();
}

test('what is not long is kept whole, however it came', () => {
  assert.equal(keep(), '');
  assert.equal(keep('one\n', 'two\n'), 'one\ntwo\n');
  const long = 'x'.repeat(1023 * KIB);
  assert.equal(keep(long), long);
  assert.equal(keep(long.slice(0, 700 * KIB), long.slice(700 * KIB)), long);
});

test('of what is long, the middle is left out, and it is said how much', () => {
  const whole = `begin${'x'.repeat(3000 * KIB)}end`;
  const sizes = [whole.length, 64 * KIB, 1000 * KIB];
  for (const size of sizes) {
    const chunks = whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    const kept = keep(...chunks);
    assert.ok(kept.startsWith('beginx') && kept.endsWith('xend'));
    const [mark, count] = /\n\[mobileops: (\d+) bytes of output left out\]\n/.exec(kept) ?? [];
    assert.equal(kept.length - mark!.length + Number(count), whole.length);
  }
});

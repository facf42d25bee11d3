import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../base/index.ts';
import { writeZip } from '../tools/index.ts';
import { contentDigest } from './content-digest.ts';

async function archive(files: Readonly<Record<string, string>>, isStored = false): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const members = Object.entries(files).map(([path, text]) => ({
    path,
    mode: 0o100644,
    isStored,
    alignment: 4,
    sizeBytes: text.length,
    async *bytes() {
      yield Buffer.from(text);
    },
  }));
  const written = await writeZip(members, (chunk) => chunks.push(chunk));
  assert.ok(written.ok);
  return Buffer.concat(chunks);
}

const CONTENT = { 'classes.dex': 'dex '.repeat(50), 'assets/a': 'a', 'META-INF/services/x': 'x' };

test('the digest is of what an app holds, not of how it is packed or signed', async () => {
  const unsigned = contentDigest(await archive(CONTENT));
  assert.ok(unsigned.ok);
  const sums = Object.entries(CONTENT).map(([path, text]) => `${sha256(text)}  ${path}\n`);
  sums.sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
  assert.equal(unsigned.value, sha256(sums.join('')));
  const signature = { 'META-INF/MANIFEST.MF': 'm', 'META-INF/CERT.SF': 's', 'META-INF/CERT.RSA': 'r' };
  const reversed = Object.fromEntries(Object.entries({ ...signature, ...CONTENT }).reverse());
  assert.deepEqual(contentDigest(await archive(reversed, true)), unsigned);
  for (const other of [
    { ...CONTENT, 'assets/a': 'b' },
    { ...CONTENT, 'assets/b': 'a' },
  ])
    assert.notDeepEqual(contentDigest(await archive(other)), unsigned);
  assert.equal(contentDigest(Buffer.from('no archive')).ok, false);
});

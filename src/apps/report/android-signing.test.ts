import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasErrors } from '../../base/index.ts';
import { MemoryFileSystem } from '../../host/testing.ts';
import { damaged, messageOf } from '../archive/testing.ts';
import { directoryPlace } from '../archive/zip-end.ts';
import {
  lineageOf,
  testKey,
  type WrittenBlock,
  type WrittenJar,
  withBlock,
  withJarSignature,
} from '../signatures/testing.ts';
import { apkEntries, u32, type WrittenApp, zipOf } from '../testing.ts';
import { appFacts, appFactsOfBytes, appReport } from './app-report.ts';
import type { AppReport } from './model.ts';
import { reportPage } from './report-page.ts';
import { reportText } from './report-text.ts';

const [TOM, ANN, EVE] = [testKey('Tom'), testKey('Ann'), testKey('Eve &co')];
const SHORT = testKey('Short', 'rsa', 1024);

async function report(bytes: Buffer): Promise<AppReport> {
  const fs = new MemoryFileSystem();
  fs.writeFile('/app.apk', bytes);
  const world = { fs, nowMs: Date.parse('2026-01-01'), signal: new AbortController().signal };
  const done = await appReport(world, { path: '/app.apk', name: 'app.apk' });
  assert.ok(done.ok, JSON.stringify(done));
  return done.value;
}

interface Signing extends WrittenApp {
  readonly jar?: readonly WrittenJar[];
  readonly block?: WrittenBlock;
}

function apk({ jar, block, ...app }: Signing): Buffer {
  const entries = apkEntries(app);
  const zip = zipOf(jar ? withJarSignature(entries, ...jar) : entries);
  return block ? withBlock(zip, block) : zip;
}

function finds(name: string, bytes: Buffer, expected: readonly string[]): void {
  test(name, async () => {
    const { findings } = await report(bytes);
    assert.deepEqual(
      findings.map(({ severity, code, message }) => `${severity} ${code} ${message}`),
      expected,
    );
  });
}

const V2: WrittenBlock = [['v2', [{ key: TOM, attributes: [[0xbeeff00d, u32(3)]] }]]];
const V3: WrittenBlock = [['v3', [{ key: TOM }]]];
const V1 = [{ key: TOM, announces: '2, 3' }];
const WHOLE = { jar: V1, block: [...V2, ...V3] };

finds('all schemes by one key', apk(WHOLE), []);
finds('the first scheme without the others that it names', apk({ jar: V1 }), [
  'error app/old-signature it targets API level 35 and is signed by scheme v1 alone; Android 11 and later refuse it',
  ...['v2', 'v3'].map(
    (gone) =>
      `error app/signature-stripped its signature of scheme v1 says that it is signed by scheme ${gone}, too, and that is gone`,
  ),
]);
finds('the second without the third', apk({ minSdk: 24, block: V2 }), [
  'error app/signature-stripped its signature of scheme v2 says that it is signed by scheme v3, too, and that is gone',
]);
finds('nothing that old devices know', apk({ minSdk: 24, block: V3 }), [
  'error app/signature-unknown-to-old it is for API level 24 and up, and devices below 28 know none of its signatures (v3)',
]);
finds('other keys in each scheme', apk({ jar: [{ key: ANN }], block: [...V2, ['v3', [{ key: EVE }]]] }), [
  'error app/signers-differ schemes v1 and v2 are signed with different keys; devices that know both refuse it',
  'error app/signers-differ schemes v2 and v3 are signed with different keys; devices that know both refuse it',
]);
const HEIR: WrittenBlock = [['v3', [{ key: EVE, attributes: [lineageOf([TOM, EVE])] }]]];
finds('a lineage that begins with the old key', apk({ jar: [{ key: TOM }], block: [...V2, ...HEIR] }), []);
finds(
  'what can be forged',
  apk({
    jar: [{ key: SHORT, digest: 'sha1' }],
    block: [['v2', [{ key: SHORT, algorithms: [0x0103] }]]],
  }),
  [
    'warning app/weak-signature its signature (v1) can be forged: files are listed by SHA-1 digests alone',
    'warning app/weak-signature its signature (v1, v2) can be forged: its RSA key has 1024 bits',
  ],
);
finds(
  'an algorithm that nobody knows',
  apk({ minSdk: 24, block: [['v2', [{ key: TOM, algorithms: [9] }]]] }),
  [
    'warning app/signature-not-checked its signature of scheme v2 was not checked: the algorithm 0x9 is not known',
  ],
);

const changed = (): Buffer => {
  const entries = withJarSignature(apkEntries({}), ...V1);
  const block = withBlock(zipOf(entries), WHOLE.block);
  const { offset } = directoryPlace(block);
  const other = zipOf(
    [...entries, { name: 'assets/new', content: 'x' }],
    Buffer.from(block.subarray(blockStart(block), offset)),
  );
  return other;
};
const blockStart = (bytes: Buffer): number => {
  const { offset } = directoryPlace(bytes);
  return offset - 8 - Number(bytes.readBigUInt64LE(offset - 24));
};
finds('a file that was added later', changed(), [
  'error app/signature-wrong its signature of scheme v1 is wrong: assets/new was not signed',
  ...['v2', 'v3'].map(
    (scheme) =>
      `error app/signature-wrong its signature of scheme ${scheme} is wrong: the contents are not those that were signed (another SHA-256 digest)`,
  ),
]);
const broken = apk({ jar: [{ key: TOM }], block: V2 });
broken[blockStart(broken)]! ^= 1;
finds('a block that cannot be read', broken, [
  'error app/old-signature it targets API level 35 and is signed by scheme v1 alone; Android 11 and later refuse it',
  'error app/signature-wrong its block of signatures cannot be read, so that Android finds none in it: the block of signatures has two sizes',
]);

const proto = messageOf([
  1,
  messageOf(
    [3, 'manifest'],
    [4, messageOf([2, 'package'], [3, 'a.b'])],
    [5, messageOf([1, messageOf([3, 'application'])])],
  ),
]);
const bundle = (content: string): Buffer =>
  zipOf(
    withJarSignature(
      [
        { name: 'BundleConfig.pb', content: '' },
        { name: 'base/manifest/AndroidManifest.xml', content: proto },
        { name: 'base/assets/a', content: 'a' },
      ],
      { key: TOM },
    ).map((each) => (each.name === 'base/assets/a' ? { ...each, content } : each)),
  );
test('a bundle by its signature as a jar', async () => {
  const states = async (bytes: Buffer): Promise<unknown> => {
    const { android, findings } = await report(bytes);
    return [
      android?.signatures.map(({ scheme, state }) => `${scheme} ${state}`),
      findings
        .filter(({ code }) => code === 'app/signature-wrong')
        .map(({ severity, message }) => `${severity} ${message}`),
    ];
  };
  assert.deepEqual(await states(bundle('a')), [['v1 verified'], []]);
  assert.deepEqual(await states(bundle('b')), [
    ['v1 wrong'],
    ['error its signature of scheme v1 is wrong: base/assets/a has another SHA-256 digest than was signed'],
  ]);
});

test('signatures in the table and on the page', async () => {
  const shown = await report(apk({ minSdk: 24, block: [['v2', [{ key: ANN }]], ...HEIR] }));
  const [, table = ''] = /\n(signatures\n[\s\S]*?)\n\n/.exec(reportText(shown)) ?? [];
  assert.deepEqual(table.replace(/[0-9a-f]{64}/g, 'HASH').split('\n'), [
    'signatures',
    '  v2    verified',
    '  v3    verified: for API levels 24 and up',
    '  CN=Ann, EC prime256v1, until 2040-01-01',
    '  sha256 HASH',
    '  CN=Eve &co, EC prime256v1, until 2040-01-01',
    '  sha256 HASH',
    '    after CN=Tom',
    '    sha256 HASH',
  ]);
  assert.match(reportPage(shown), /Eve &amp;co/);
  const page = reportPage(await report(changed()));
  assert.match(page, /<dt>v1<\/dt><dd class="error"><b>wrong<\/b>: assets\/new was not signed<\/dd>/);
});

test('who asks for the contents alone gets no signature verified', async () => {
  const fs = new MemoryFileSystem();
  fs.writeFile('/app.apk', apk(WHOLE));
  const world = { fs, nowMs: 0, signal: new AbortController().signal };
  const done = await appFacts(world, { path: '/app.apk', name: 'app.apk' }, { verifies: false });
  assert.ok(done.ok);
  assert.deepEqual(
    done.value.android?.signatures.map(
      ({ scheme, state, signers }) => `${scheme} ${state} ${signers[0]?.subject}`,
    ),
    ['v1', 'v2', 'v3'].map((scheme) => `${scheme} not-checked CN=Tom`),
  );
});

test('no byte of a signed package is changed unseen', async () => {
  const whole = apk({ minSdk: 24, block: [...V2, ...V3] });
  await fc.assert(
    fc.asyncProperty(damaged(whole), async (bytes) => {
      const world = { nowMs: 0, signal: new AbortController().signal };
      const done = await appFactsOfBytes(world, { bytes, name: 'app.apk' });
      const isTaken = done.ok && !hasErrors(done.value.findings);
      assert.equal(isTaken, bytes.equals(whole));
    }),
    { numRuns: 300 },
  );
});

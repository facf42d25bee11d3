import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Http, realHttp, realListenOnLoopback } from '../../host/index.ts';
import { CrashError, FakeClock, MemoryFileSystem } from '../../host/testing.ts';
import { exportZip, osvRecord } from '../testing.ts';
import { openDatabase } from './database-file.ts';
import { addressExport, type ExportSource, folderExport } from './export-source.ts';
import { updateDatabase } from './update-database.ts';

const PATH = '/cache/osv/npm.db';
const RECORDS = [
  osvRecord('GHSA-1', { events: [{ introduced: '0' }] }),
  osvRecord('GHSA-2', { events: [{ introduced: '0' }], modified: '2026-01-05T23:30:00-02:00' }),
  osvRecord('GHSA-3', { withdrawn: '2026-01-01T00:00:00Z', modified: '2099-01-01T00:00:00Z' }),
];
const never = new AbortController().signal;
const clock = new FakeClock(Date.parse('2026-02-01'));

function disk(files: Readonly<Record<string, Uint8Array | string>> = {}): MemoryFileSystem {
  const fs = new MemoryFileSystem();
  for (const [path, content] of Object.entries(files)) {
    fs.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    fs.writeFile(path, content);
  }
  return fs;
}

const update = (fs: MemoryFileSystem, source: ExportSource) =>
  updateDatabase({ fs, clock, source, signal: never }, 'npm', PATH);

test('a folder in the layout of the export becomes a database, as old as its newest record', async () => {
  const fs = disk({ '/mirror/npm/all.zip': exportZip(RECORDS) });
  const made = await update(fs, folderExport(fs, '/mirror'));
  assert.deepEqual(made, {
    ok: true,
    value: { ecosystem: 'npm', source: '/mirror', asOf: '2026-01-06', coverage: 'complete', records: 2 },
  });
  const opened = openDatabase(fs.readFile(PATH));
  assert.ok(opened.ok);
  assert.deepEqual(
    opened.value.advisories('', 'left').map(({ id }) => id),
    ['GHSA-1', 'GHSA-2'],
  );
  assert.deepEqual(
    fs.readDirectory('/cache/osv').map(({ name }) => name),
    ['npm.db'],
  );
});

test('single records will do, and one that cannot be read makes a gap that is told', async () => {
  const fs = disk({
    '/mirror/npm/GHSA-1.json': JSON.stringify(RECORDS[0]),
    '/mirror/npm/GHSA-2.json': '{"id": "GHSA-2"',
    '/mirror/npm/index.html': 'no record',
  });
  const made = await update(fs, folderExport(fs, '/mirror'));
  assert.ok(made.ok);
  assert.deepEqual(
    [made.value.coverage, made.value.gaps, made.value.records],
    ['partial', '1 records of the export could not be read', 1],
  );
});

const REFUSED: Readonly<Record<string, readonly [files: Record<string, Uint8Array | string>, kind: string]>> =
  {
    'a mirror without the ecosystem': [{ '/mirror/PyPI/all.zip': 'x' }, 'missing'],
    'a folder without records': [{ '/mirror/npm/readme.txt': 'x' }, 'missing'],
    'what is no zip': [{ '/mirror/npm/all.zip': 'hello' }, 'damaged'],
    'a zip that is cut off': [{ '/mirror/npm/all.zip': exportZip(RECORDS).subarray(0, 400) }, 'damaged'],
    'a zip without records': [{ '/mirror/npm/all.zip': exportZip([]) }, 'empty'],
    'records of another ecosystem alone': [
      { '/mirror/npm/all.zip': exportZip([osvRecord('A', { withdrawn: '2026-01-01' })]) },
      'empty',
    ],
  };

for (const [name, [files, kind]] of Object.entries(REFUSED)) {
  test(`${name} is refused, and the database stays`, async () => {
    const fs = disk({ ...files, '/good/npm/all.zip': exportZip(RECORDS) });
    assert.ok((await update(fs, folderExport(fs, '/good'))).ok);
    const before = fs.readFile(PATH);
    const made = await update(fs, folderExport(fs, '/mirror'));
    assert.equal(!made.ok && made.failure.kind, kind);
    assert.deepEqual(fs.readFile(PATH), before);
  });
}

test('an export that knows less than what is there is refused', async () => {
  const fs = disk({
    '/new/npm/all.zip': exportZip(RECORDS),
    '/old/npm/all.zip': exportZip(RECORDS.slice(0, 1)),
  });
  assert.ok((await update(fs, folderExport(fs, '/new'))).ok);
  const made = await update(fs, folderExport(fs, '/old'));
  assert.deepEqual(!made.ok && made.failure, {
    kind: 'older',
    place: '/old/npm',
    asOf: '2026-01-02',
    present: '2026-01-06',
    path: PATH,
  });
});

test('whenever the machine stops, the old database is there or the new one', async () => {
  for (let count = 0; ; count++) {
    const fs = disk({
      '/one/npm/all.zip': exportZip(RECORDS.slice(0, 1)),
      '/two/npm/all.zip': exportZip(RECORDS),
    });
    assert.ok((await update(fs, folderExport(fs, '/one'))).ok);
    fs.crashAfter(count);
    let isDone = false;
    try {
      isDone = (await update(fs, folderExport(fs, '/two'))).ok;
    } catch (error) {
      assert.ok(error instanceof CrashError);
    }
    fs.restart();
    const opened = openDatabase(fs.readFile(PATH));
    assert.ok(opened.ok);
    assert.ok(opened.value.facts.records === (isDone ? 2 : 1) || opened.value.facts.records === 2);
    if (isDone) return;
  }
});

test('a full disk leaves what was there, and nothing half', async () => {
  const fs = disk({
    '/one/npm/all.zip': exportZip(RECORDS.slice(0, 1)),
    '/two/npm/all.zip': exportZip(RECORDS),
  });
  assert.ok((await update(fs, folderExport(fs, '/one'))).ok);
  fs.addFault({ operation: 'write', code: 'ENOSPC' });
  await assert.rejects(async () => update(fs, folderExport(fs, '/two')), { code: 'ENOSPC' });
  fs.clearFaults();
  assert.deepEqual(
    fs.readDirectory('/cache/osv').map(({ name }) => name),
    ['npm.db'],
  );
});

test('an address gives the same, and its failures are told apart', async () => {
  const zip = exportZip(RECORDS);
  const server = await realListenOnLoopback((path) => {
    if (path === '/moved/npm/all.zip')
      return { status: 302, headers: { location: '/export/npm/all.zip' }, body: Buffer.alloc(0) };
    if (path === '/away/npm/all.zip')
      return { status: 302, headers: { location: 'http://192.0.2.1/all.zip' }, body: Buffer.alloc(0) };
    if (path === '/round/npm/all.zip')
      return { status: 302, headers: { location: path }, body: Buffer.alloc(0) };
    const isThere = path === '/export/npm/all.zip';
    return { status: isThere ? 200 : 404, headers: {}, body: isThere ? zip : Buffer.from('none') };
  });
  try {
    const http: Http = realHttp({});
    const at = (path: string): ExportSource =>
      addressExport(http, new URL(`http://user:secret@127.0.0.1:${server.port}${path}`));
    for (const path of ['/export', '/export/', '/moved']) {
      const made = await update(disk(), at(path));
      assert.ok(made.ok);
      assert.deepEqual([made.value.records, made.value.source.includes('secret')], [2, false]);
    }
    const kind = async (path: string): Promise<unknown> => {
      const made = await update(disk(), at(path));
      return made.ok ? 'done' : made.failure.kind;
    };
    assert.deepEqual(
      [await kind('/other'), await kind('/away'), await kind('/round')],
      ['answer', 'insecure', 'answer'],
    );
  } finally {
    server.close();
  }
  const made = await update(disk(), addressExport(realHttp({}), new URL(`http://127.0.0.1:${server.port}`)));
  assert.equal(!made.ok && made.failure.kind, 'http');
  const plain = await update(disk(), addressExport(realHttp({}), new URL('http://192.0.2.1/export')));
  assert.equal(!plain.ok && plain.failure.kind, 'insecure');
});

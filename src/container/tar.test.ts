/** The program's reader and writer of archives by themselves: neither root nor namespaces are needed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { tarOf } from './container-bench.test.ts';

/** Runs a program in Python with our modules; its input is JSON and so is what it prints. */
function python(program: string, input: unknown): unknown {
  const text = `import sys; sys.dont_write_bytecode = True; sys.path.insert(0, ${JSON.stringify(import.meta.dirname)})
import base64, io, json, os, tempfile
import scrub, tar_reader, tar_writer
given = json.loads(sys.stdin.buffer.read())
${program}`;
  const options = {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
  } as const;
  const { status, stdout, stderr } = spawnSync('python3', ['-I', '-c', text], options);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** Each archive read to its end: the names, or why it was refused. Anything else is a fault of ours. */
const READ = `
def read(data):
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        names = []
        try:
            blob = tar_reader.Blob(file.fileno())
            for entry, content in tar_reader.entries(blob):
                for offset, length in ([(0, entry.size)] if entry.runs is None else entry.runs):
                    if entry.kind in (b"0", b"\\0", b"7"):
                        for part in content.parts(length):
                            pass
                names.append(tar_reader.shown(entry.name))
            blob.finish()
        except tar_reader.BadLayer as error:
            return "refused: " + str(error)
        return names
print(json.dumps([read(base64.b64decode(each)) for each in given]))`;

const SEED = tarOf([
  { name: 'a/', kind: '5' },
  { name: 'a/f', content: 'content', pax: { path: 'a/ä', 'SCHILY.xattr.user.x': 'v', mtime: '12.5' } },
  { name: 'l', kind: '2', link: 'a/f' },
  {
    name: 's',
    content: 'x'.repeat(512),
    pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '0' },
  },
  {
    name: 's',
    content: 'x'.repeat(512),
    pax: { 'GNU.sparse.size': '99999', 'GNU.sparse.map': '0,100,1000,412' },
  },
]);

test('an archive with any bytes changed is read or refused, and never more', () => {
  const change = fc.record({ at: fc.nat(SEED.length - 1), byte: fc.nat(255), isFixed: fc.boolean() });
  const changed = fc.array(change, { minLength: 1, maxLength: 4 }).map((changes) => {
    const data = Buffer.from(SEED);
    for (const { at, byte } of changes) data[at] = byte;
    for (const { at, isFixed } of changes) if (isFixed) fixChecksum(data, at);
    return data.toString('base64');
  });
  const cases = fc.sample(changed, 2000);
  const answers = python(READ, cases) as (string | string[])[];
  assert.equal(answers.length, cases.length);
  assert.ok(answers.some((answer) => Array.isArray(answer)));
  assert.ok(answers.some((answer) => typeof answer === 'string'));
});

/** So that what a field says is looked at, and not only its checksum. */
function fixChecksum(data: Buffer, at: number): void {
  const block = data.subarray(at - (at % 512), at - (at % 512) + 512);
  block.write(' '.repeat(8), 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

const ROUND_TRIP = `
def trip(members):
    with tempfile.TemporaryFile() as file:
        writer = tar_writer.TarWriter(file.fileno())
        for each in members:
            content = base64.b64decode(each["content"])
            kind = tar_writer.SYMLINK if each["link"] else tar_writer.FILE
            writer.add(tar_writer.Member(base64.b64decode(each["name"]), kind, mode=each["mode"], owner=tuple(each["owner"]),
                mtime=each["mtime"], link=base64.b64decode(each["link"]), size=0 if each["link"] else len(content),
                xattrs={key: base64.b64decode(value) for key, value in each["xattrs"].items()}), [] if each["link"] else [content])
        digest = writer.close()
        file.seek(0)
        blob, found = tar_reader.Blob(file.fileno()), []
        for entry, content in tar_reader.entries(blob):
            encoded = lambda value: base64.b64encode(value).decode()
            found.append({"name": encoded(entry.name), "mode": entry.mode, "owner": [entry.uid, entry.gid], "mtime": entry.seconds,
                "link": encoded(entry.link), "content": encoded(b"".join(bytes(part) for part in content.parts(entry.size))),
                "xattrs": {key.decode(): encoded(value) for key, value in entry.xattrs}})
        assert "sha256:" + blob.finish() == digest
        return found
print(json.dumps([trip(each) for each in given]))`;

test('what the writer writes the reader reads, whatever the names and numbers', () => {
  const bytes = (maxLength: number): fc.Arbitrary<string> =>
    fc
      .uint8Array({ minLength: 1, maxLength })
      .map((data) => Buffer.from(data.map((byte) => byte || 1)).toString('base64'));
  const member = fc.record({
    name: fc.oneof(bytes(300), fc.string({ minLength: 1, maxLength: 120, unit: 'binary' }).map(named)),
    mode: fc.nat(0o7777),
    owner: fc.tuple(fc.nat(2 ** 31 - 1), fc.nat(2 ** 31 - 1)),
    mtime: fc.nat(2 ** 33),
    link: fc.oneof(fc.constant(''), bytes(200)),
    content: bytes(1500),
    xattrs: fc.dictionary(fc.stringMatching(/^user\.[a-z]{1,20}$/), bytes(400), { maxKeys: 3 }),
  });
  const cases = fc.sample(fc.array(member, { maxLength: 5 }), 100);
  const found = python(ROUND_TRIP, cases) as (typeof cases)[];
  const expected = cases.map((members) =>
    members.map((each) => ({
      ...each,
      content: each.link === '' ? each.content : '',
      xattrs: { ...each.xattrs },
    })),
  );
  assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(JSON.stringify(expected)));
});

function named(text: string): string {
  return Buffer.from(text.replaceAll('\0', '0')).toString('base64');
}

test('sources of compiled Python files, and what is left out, by their paths', () => {
  const sources = {
    'opt/__pycache__/m.cpython-311.pyc': 'opt/m.py',
    '__pycache__/a.b.cpython-312.opt-1.pyc': 'a.b.py',
    'lib/m.pyc': 'lib/m.py',
    'lib/__pycache__/odd.pyc': null,
    'lib/m.py': null,
  };
  const leftOut = {
    'var/log/apt/term.log': true,
    'var/log/apt/deep/term.log': false,
    'var/log/dpkg.log': true,
    'var/log/dpkg.log.1': false,
    'var/cache/debconf/config.dat-old': true,
    'var/cache/debconf/config.dat': false,
    'var/lib/apt/lists/x': false,
    'opt/var/log/dpkg.log': false,
    'etc/machine-id': true,
  };
  const program = `
decoded = lambda value: None if value is None else value.decode()
print(json.dumps([{each: decoded(scrub.source_of(each.encode())) for each in given[0]},
                  {each: scrub.is_left_out(each.encode(), False) for each in given[1]}]))`;
  assert.deepEqual(python(program, [Object.keys(sources), Object.keys(leftOut)]), [sources, leftOut]);
});

/** Our documents before the readers of others, and our lists beside those of others. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { makeLock } from '../bench/supply-chain/locks.ts';
import { SUPPLY_TOOLS } from '../bench/supply-chain/tools.ts';
import { debianBase } from './debian-base.ts';
import { isLong } from './long.ts';
import { missingModule, PEER_PYTHON } from './peer-python.ts';

const ROOT = join(import.meta.dirname, '..');
const base = mkdtempSync(join(tmpdir(), 'mobileops-sbom-peers-'));
after(() => rmSync(base, { recursive: true, force: true }));

function sbom(what: string, out: string): string {
  const path = join(base, out);
  const env = { PATH: process.env.PATH, HOME: base };
  const argv = [join(ROOT, 'src/main.ts'), 'sbom', what, '--quiet', '--output', path];
  const done = spawnSync(process.execPath, argv, { cwd: base, encoding: 'utf8', env });
  assert.equal(done.status, 0, done.stderr);
  return path;
}

const VALIDATE = `
import sys
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document
for path in sys.argv[1:]:
    for message in validate_full_spdx_document(parse_file(path)):
        print(message.validation_message)
`;

test("SPDX's own tools find nothing wrong with our documents", (t) => {
  const missing = missingModule('spdx_tools');
  if (missing !== undefined) return t.skip(missing.replace('spdx_tools)', 'spdx-tools)'));
  makeLock(join(base, 'lock'), 60);
  const workspace = sbom(join(ROOT, 'examples/platform/components'), 'folder.json');
  const lock = sbom(join(base, 'lock/package-lock.json'), 'lock.json');
  const done = spawnSync(PEER_PYTHON, ['-c', VALIDATE, workspace, lock], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
  assert.equal(done.stdout, '');
});

/** Purls without what each tool adds to them in its own way. */
function purls(path: string): string[] {
  const found = readFileSync(path, 'utf8').match(/pkg:[a-z]+\/[^"?#]+/g) ?? [];
  return [...new Set(found.map((purl) => purl.replaceAll('%3A', ':')))]
    .filter((purl) => !/^pkg:oci/.test(purl))
    .sort();
}

const syft = SUPPLY_TOOLS.find(({ name }) => name === 'syft')!;

function syftPurls(source: string, out: string): string[] {
  const [program = ''] = syft.argv({ folder: base, out: join(base, out) });
  const argv = ['scan', '-q', source, '-o', `spdx-json=${join(base, out)}`];
  const env = { PATH: process.env.PATH, HOME: base, ...syft.env };
  const done = spawnSync(program, argv, { encoding: 'utf8', env });
  assert.equal(done.status, 0, done.stderr);
  return purls(join(base, out));
}

if (isLong) {
  // It counts what a lock was made for as a package, too.
  const withoutProject = (all: readonly string[]): string[] =>
    all.filter((purl) => purl !== 'pkg:npm/bench@1.0.0');

  test('of a Debian root and of a lock of npm, syft lists the same packages', (t) => {
    const missing = syft.missing();
    if (missing !== undefined) return t.skip(`not run: syft: ${missing}`);
    makeLock(join(base, 'large'), 1500);
    const lock = join(base, 'large/package-lock.json');
    assert.deepEqual(
      purls(sbom(lock, 'ours-lock.json')),
      withoutProject(syftPurls(`dir:${join(base, 'large')}`, 'syft-lock.json')),
    );
    const debian = debianBase();
    if ('missing' in debian) return t.skip(`not run: a Debian root: ${debian.missing}`);
    const ours = purls(sbom(debian.layout, 'ours-debian.json'));
    assert.ok(ours.length > 50);
    assert.deepEqual(ours, syftPurls(`oci-dir:${debian.layout}`, 'syft-debian.json'));
  });

  test('of the images of the reference platform that are there, syft lists no package that we do not', (t) => {
    // Built by whoever went before, where .ci/run names them.
    const people = process.env.MOBILEOPS_PLATFORM_PEOPLE;
    const images = join(people === undefined ? ROOT : join(people, 'a'), 'examples/platform/dist/images');
    const names = ['base', 'development'].filter((name) => existsSync(join(images, name)));
    if (names.length === 0 || syft.missing() !== undefined) return t.skip('not run: no images, or no syft');
    for (const name of names) {
      const ours = new Set(purls(sbom(join(images, name), `ours-${name}.json`)));
      const theirs = syftPurls(`oci-dir:${join(images, name)}`, `syft-${name}.json`);
      assert.deepEqual(
        // Parts of the platform itself are private: for us they are programs, and in no registry.
        theirs.filter((purl) => !ours.has(purl) && !purl.startsWith('pkg:npm/%40mobileops-platform/')),
        [],
      );
    }
  });
}

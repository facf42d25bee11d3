/** What words mean an image, and what a script sees, by the real program. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { layoutOf, tarOf, type WrittenImage } from '../../inspection/testing.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const root = mkdtempSync(join(tmpdir(), 'mobileops-image-verbs-'));
after(() => rmSync(root, { recursive: true, force: true }));

const image = (content: string): WrittenImage => ({ layers: [tarOf([{ name: 'f', content }])], tag: '1' });

before(() => {
  write(
    'ws/build-config.yaml',
    'apiVersion: build.mobileops.io/v1\nkind: BuildConfiguration\nmetadata: {name: w}\nspec: {version: 1.0.0}\n',
  );
  write('ws/docker/Dockerfile.base', 'FROM scratch\n');
  write('ws/docker/Dockerfile.later', 'FROM scratch\n');
  for (const place of ['ws/dist/images/base', 'copy']) layout(place, image('one'));
  layout('ws/base', image('a file, not the image of the workspace'));
  layout('other', image('two'));
  write('broken/index.json', '{}');
});

function write(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function layout(place: string, written: WrittenImage): void {
  for (const [path, bytes] of layoutOf([written])) write(`${place}/${path}`, bytes);
}

function run(line: string): { readonly code: number | null; readonly out: string; readonly err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...line.split(' ')], {
    cwd: join(root, 'ws'),
    env: { PATH: process.env.PATH, HOME: root, MOBILEOPS_CACHE: join(root, 'cache') },
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

function says(
  line: string,
  expected: { readonly code: number; readonly out?: RegExp; readonly err?: RegExp },
): void {
  test(line, () => {
    const { code, out, err } = run(line);
    assert.match(out, expected.out ?? /^$/);
    assert.match(err, expected.err ?? /^$/);
    assert.equal(code, expected.code);
  });
}

says('image diff base ../copy', { code: 0, out: /the images are the same\n$/ });
says('image diff image:base ../copy:1 --quiet', { code: 0, out: /^the images are the same\n$/ });
says('image diff ./base base -q', {
  code: 1,
  out: /^the images differ: 0 fields of the documents, 1 layer, 1 file\n$/,
});
says('image diff base ../other', { code: 1, out: /\n {2}f {2}line 1, column 1: "one" -> "two"\n/ });
says('image size base -q', { code: 0, out: /^stored .* efficiency 100 %\n$/ });
says('image size later', {
  code: 2,
  err: /^later: error\[inspection\/not-built\].*\n.*mobileops build image:later builds it\n$/,
});
says('image size bas', { code: 2, err: /error\[graph\/unknown-target\].*\n.*did you mean `base`/ });
says('image size ../none', {
  code: 2,
  err: /^\.\.\/none: error\[inspection\/no-image\] there is no such file/,
});
says('image size ../broken', { code: 2, err: /^\.\.\/broken: error\[inspection\/bad-document\]/ });
says('image diff ../none ../copy:9', {
  code: 2,
  err: /none: error\[inspection\/no-image\][\s\S]*copy:9: error\[inspection\/no-match\]/,
});
says('image diff base base --platform arm', {
  code: 2,
  err: /^error\[cli\/bad-value\] --platform arm is not a platform\n[^\n]*\n$/,
});
says('image look base', { code: 2, err: /`image` is followed by diff, save, size, run, sign or verify/ });
says('image run base', {
  code: 2,
  err: /^base: error\[container\/bad-config\] the image has neither ENTRYPOINT nor CMD.*\n.*-- sh\n$/,
});
says('image run base --until-healthy -- /x', {
  code: 2,
  err: /^base: error\[container\/no-healthcheck\]/,
});
says('image run base -p 80:x -p 70000:1 -v data:/data -v none/x:/y -e =1 --timeout 3s', {
  code: 2,
  err: /80:x: write it like[\s\S]*70000:1: ports go[\s\S]*write \.\/data[\s\S]*none\/x is not there[\s\S]*=1: it has no name[\s\S]*--timeout belongs to/,
});
says('image run base -p 80:80 --network host -- /x', { code: 2, err: /error\[cli\/exclusive-flags\]/ });

test('the documents of --json', () => {
  const diff = run('image diff base ../other --json --layers');
  assert.equal(diff.code, 1);
  const { version, exitCode, isSame, files, members, layers, a } = JSON.parse(diff.out);
  assert.deepEqual([version, exitCode, isSame, a.name, layers.length], [1, 1, false, 'base', 1]);
  assert.deepEqual(files[0].where, { kind: 'text', line: 1, column: 1, a: 'one', b: 'two' });
  assert.equal(members[0].changes[0].path, 'f');
  const size = JSON.parse(run('image size base --json').out);
  assert.deepEqual([size.version, size.exitCode, size.total.fileBytes], [1, 0, 3]);
  const failed = run('image size ../none --json');
  assert.equal(failed.code, 2);
  assert.equal(JSON.parse(failed.out).diagnostics[0].code, 'inspection/no-image');
});

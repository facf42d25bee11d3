/** The runs that docs/images.md shows are what the program prints. `UPDATE_GOLDEN=1` writes them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { layoutOf, tarOf, type WrittenImage, type WrittenMember } from '../src/inspection/testing.ts';

const PAGE = join(import.meta.dirname, '..', 'docs', 'images.md');
const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const TIME = 315_532_800;

const folder = (name: string): WrittenMember => ({ name, type: '5', mode: 0o755, mtime: TIME });
const file = (name: string, content: string, more: Partial<WrittenMember> = {}): WrittenMember => ({
  name,
  content,
  mtime: TIME,
  ...more,
});

const PASSWD = 'root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/:/bin/false\n';
const MODEL = 'model '.repeat(20_000);
const BASE = [
  folder('etc/'),
  file('etc/passwd', PASSWD),
  folder('opt/'),
  file('opt/model.bin', MODEL),
  file('opt/start.sh', '#!/bin/sh\nexec serve --port 8080\n', { mode: 0o755 }),
];

function image(layers: readonly (readonly WrittenMember[])[], port: string): WrittenImage {
  const history = [{ created_by: 'COPY files/ /' }, { created_by: 'COPY models/ /opt/' }];
  const config = { Env: [`PORT=${port}`], Cmd: ['/opt/start.sh'], ExposedPorts: { [`${port}/tcp`]: {} } };
  return {
    // Not compressed: what a compressor makes is not for a page to promise.
    layers: layers.map((members) => tarOf(members)),
    compress: (tar) => tar,
    config: { config, history: history.slice(0, layers.length) },
  };
}

const ARCHIVES: Readonly<Record<string, WrittenImage>> = {
  'old.tar': image([BASE], '8080'),
  'new.tar': image(
    [
      BASE.map((member) => (member.name === 'etc/passwd' ? { ...member, mode: 0o600 } : member)),
      [
        folder('opt/'),
        file('opt/.wh.model.bin', ''),
        file('opt/start.sh', '#!/bin/sh\nexec serve --port 8081\n', { mode: 0o755 }),
        folder('opt/models/'),
        file('opt/models/1.bin', MODEL),
        file('opt/models/latest.bin', MODEL),
      ],
    ],
    '8081',
  ),
};

test('the page of images shows what the program prints', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'mobileops-images-page-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, written] of Object.entries(ARCHIVES)) {
    const files = [...layoutOf([written])].map(([path, content]) => ({ name: path, content }));
    writeFileSync(join(root, name), tarOf(files));
  }
  const page = readFileSync(PAGE, 'utf8');
  let count = 0;
  const now = page.replace(/```text\n(\$ mobileops (.*)\n)[^`]*```/g, (_, prompt: string, line: string) => {
    count++;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...line.split(' ')], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: root },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    assert.equal(status, line.startsWith('image diff') ? 1 : 0);
    return `\`\`\`text\n${prompt}${stdout}\`\`\``;
  });
  assert.equal(count, 2);
  if (process.env.UPDATE_GOLDEN === '1' && !process.env.CI) writeFileSync(PAGE, now);
  else assert.equal(now, page);
});

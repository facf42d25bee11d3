/** A workspace in which everything is wrong that can be planted: `doctor` tells all of it, as docs/doctor.md shows it, and mends what is safe. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandRun, runIn } from '../src/cli/testing.ts';
import { FINDINGS } from '../src/doctor/index.ts';
import { ownMark, realHost } from '../src/host/index.ts';
import { knowHost } from '../src/host/testing.ts';

const ROOT = join(import.meta.dirname, '..');
const PAGE = readFileSync(join(ROOT, 'docs/doctor.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'mobileops-doctor-'));
const workspace = join(folder, 'platform');
const key = join(folder, 'release.key');
const SECRET = `AKIA${'QWERTYUIOPASDFGH'}`;
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(workspace, path)), { recursive: true });
  writeFileSync(join(workspace, path), text, { mode });
}

function document(kind: string, name: string, spec: string): string {
  return `apiVersion: build.mobileops.io/v1\nkind: ${kind}\nmetadata:\n  name: ${name}\nspec:\n${spec}`;
}

function configuration(system: string): string {
  const steps = '  buildSteps:\n    - name: ci\n      command: ./scripts/ci.sh\n';
  return document('BuildConfiguration', 'platform', `  version: "1.0.0"\n${system}${steps}`);
}

/** The mark of a process of this boot that is gone: no process began at that moment. */
function goneMark(): string {
  const { fs, clock, env } = realHost();
  const own = JSON.parse(ownMark({ fs, clock, env })) as { readonly realm: string };
  return JSON.stringify({ pid: 999_999, start: '1', realm: own.realm });
}

const doctor = (...words: readonly string[]): Promise<CommandRun> =>
  runIn(folder, ['doctor', '-C', workspace, ...words], { variables: { SIGNING_KEY: key } });

before(async () => {
  knowHost(join(folder, 'cache'));
  write('build-config.yaml', configuration(''));
  write('scripts/ci.sh', '#!/bin/bash\nmobileops build\n');
  const command = `echo compiling; echo key ${SECRET}; exit 3`;
  const component = `  buildSteps:\n    - name: compile\n      command: ${command}\n`;
  write('components/engine/build.yaml', document('ComponentBuild', 'engine', component));
  const built = await runIn(folder, ['build', '-C', workspace, 'engine']);
  assert.equal(built.code, 1, built.err);
  write('build-config.yaml', configuration('  dependencies:\n    system: [gperf-of-nobody]\n'));
  write('build-cache/lock', goneMark());
  writeFileSync(key, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n', { mode: 0o644 });
  const wrapper = 'distributionUrl=https\\://services.example/gradle-6.5-bin.zip\n';
  write('mobile/shop/gradle/wrapper/gradle-wrapper.properties', wrapper);
  write('mobile/shop/gradlew', '#!/bin/sh\n', 0o755);
  write('mobile/shop/settings.gradle', "include ':app'\n");
  write(
    'mobile/shop/build.gradle',
    "plugins {\n  id 'com.android.application' version '8.5.0' apply false\n}\n",
  );
  write('mobile/shop/app/build.gradle', "plugins {\n  id 'com.android.application'\n}\n");
  mkdirSync(join(workspace, 'mobile/reader/keystore'), { recursive: true });
  copyFileSync(
    join(ROOT, 'examples/platform/mobile/hybrid/keystore/debug.p12'),
    join(workspace, 'mobile/reader/keystore/release.p12'),
  );
  chmodSync(join(workspace, 'mobile/reader/keystore/release.p12'), 0o644);
  const signing =
    '    signing:\n      storeFile: keystore/release.p12\n      keyAlias: upload\n      kind: release\n';
  const android = `  platform: android\n  android:\n    applicationId: org.example.reader\n    minSdk: 21\n    targetSdk: 34\n${signing}`;
  write('mobile/reader/build.yaml', document('MobileBuild', 'reader', android));
});

interface Report {
  readonly version: number;
  readonly exitCode: number;
  readonly findings: readonly {
    readonly id: string;
    readonly severity: string;
    readonly seen: string;
    readonly remedy?: string;
    readonly why?: string;
    readonly mended?: string;
  }[];
  readonly notChecked: readonly { readonly id: string; readonly why: string }[];
}

test('each thing that is wrong is told, with what mends it', async () => {
  const { code, out } = await doctor('--json');
  const report = JSON.parse(out) as Report;
  assert.deepEqual([code, report.version, report.exitCode], [1, 1, 1]);
  const wrong = new Set(
    report.findings
      .filter(({ severity }) => severity !== 'fine')
      .map(({ id, severity }) => `${severity} ${id}`),
  );
  for (const each of [
    'broken workspace/configuration',
    'warning workspace/held',
    'broken workspace/scripts',
    'broken lock/state',
    'broken tool/system',
    'broken tool/combination',
    'warning key/app',
    'warning key/signing',
    'broken build/last-failure',
  ])
    assert.ok(wrong.has(each), `${each} is missing in ${[...wrong].join(', ')}`);
  assert.ok(report.notChecked.some(({ id, why }) => id === 'key/app' && why.includes('KEYSTORE_PASSWORD')));
  for (const { id, severity, why, remedy } of report.findings) {
    assert.ok(id in FINDINGS, id);
    if (severity !== 'fine') assert.ok(why && remedy, `${id} says neither why nor what to do`);
  }
  assert.ok(!out.includes(SECRET), 'the log is shown without secrets');
  assert.ok(out.includes('| key (hidden)'));
});

test('the page shows what is printed', async () => {
  const [, words = '', example = ''] = /\$ mobileops (doctor[^\n]*)\n([\s\S]*?)```/.exec(PAGE) ?? [];
  const { out } = await doctor(...words.split(' ').slice(1));
  const shown = out
    .replaceAll(folder, '/home/me')
    .replaceAll(/on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'on 2026-11-27 12:00:00 UTC')
    .replaceAll(/logs\/[\dTZ-]+\.log/g, 'logs/2026-11-27T12-00-00-000Z.log');
  const blocks = example.trimEnd().split(/\n(?=\S)/);
  assert.ok(blocks.length >= 6);
  for (const block of blocks.slice(0, -1))
    assert.ok(shown.includes(`${block}\n`), `not printed:\n${block}\n\n${shown}`);
  assert.match(blocks.at(-1)!, /^\d+ broken, \d+ warnings, \d+ fine, \d+ not checked$/);
});

test('the page describes every kind of finding', () => {
  const described = [...PAGE.matchAll(/^\| `([a-z]+\/[a-z-]+)` \|/gm)].map((match) => match[1]);
  assert.deepEqual(described, Object.keys(FINDINGS));
});

test('--fix mends what is safe, says so, and leaves the rest', async () => {
  const before = readFileSync(join(workspace, 'scripts/ci.sh'), 'utf8');
  const { code, out } = await doctor('--fix', '--json');
  const { findings } = JSON.parse(out) as Report;
  const mended = findings
    .filter((each) => each.mended !== undefined)
    .map(({ id, mended: how }) => `${id}: ${how}`);
  assert.deepEqual(
    mended.map((line) => line.replaceAll(folder, '')),
    [
      'workspace/held: removed /platform/build-cache/lock',
      'workspace/scripts: set the mode of /platform/scripts/ci.sh to 0755',
      'key/app: set the mode of /platform/mobile/reader/keystore/release.p12 to 0600',
      'key/signing: set the mode of /release.key to 0600',
    ],
  );
  assert.equal(code, 1, 'what needs a person is still broken');
  assert.equal(statSync(join(workspace, 'scripts/ci.sh')).mode & 0o777, 0o755);
  assert.equal(statSync(key).mode & 0o777, 0o600);
  assert.equal(readFileSync(join(workspace, 'scripts/ci.sh'), 'utf8'), before);
  const again = JSON.parse((await doctor('--fix', '--json')).out) as Report;
  assert.ok(again.findings.every((each) => each.mended === undefined));
});

test('where there is no workspace the machine alone is looked at', async () => {
  const { out } = await runIn(folder, ['doctor', '--json']);
  const { findings, notChecked } = JSON.parse(out) as Report;
  assert.ok(findings.some(({ id }) => id === 'disk/cache'));
  assert.ok(notChecked.some(({ id }) => id === 'workspace/configuration'));
});

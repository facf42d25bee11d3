import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import type { AccountFiles, RootUser } from './accounts.ts';
import { parseSimulation } from './apt-output.ts';
import { additionsLayer } from './assemble-root.ts';
import { configureScript } from './configure-script.ts';
import { containerConfig } from './container-config.ts';
import { type Paragraph, parseControl } from './control.ts';
import { bootstrapSet, dpkgSteps } from './dpkg-steps.ts';
import type { LockedRoot } from './model.ts';
import type { RootPath } from './root-paths.ts';

const ACCOUNTS: AccountFiles = {
  passwd: 'root:*:0:0:root:/root:/bin/sh\nwww-data:*:33:33::/var/www:/usr/sbin/nologin\n',
  group: 'root:*:0:\nmail:*:8:postfix\nwww-data:*:33:\nstaff:*:50:\n',
};

function layer(users: readonly RootUser[], paths: readonly RootPath[] = [], accounts = ACCOUNTS): string {
  const result = additionsLayer(accounts, { users, paths, modifiedAt: 7 });
  if (!result.ok) return result.failure.map((each) => renderDiagnostic(each).split('\n')[0]).join('\n');
  return result.value
    .entries({ isLayer: true })
    .map((entry) => {
      const content =
        entry.kind === 'file' && 'bytes' in entry.content ? `\n${Buffer.from(entry.content.bytes)}` : '';
      const target = 'target' in entry ? ` -> ${entry.target}` : '';
      return `${entry.kind} ${entry.mode.toString(8)} ${entry.uid}:${entry.gid} ${entry.path}${target}${content}`;
    })
    .join('\n');
}

test('a user gets a group, a home, and no password', () => {
  assert.equal(
    layer([{ name: 'app', uid: 1000, home: '/home/app', shell: '/bin/sh', groups: ['mail', 'www-data'] }]),
    [
      'file 644 0:0 etc/group',
      'root:*:0:\nmail:*:8:postfix,app\nwww-data:*:33:app\nstaff:*:50:\napp:x:1000:\n',
      'file 644 0:0 etc/passwd',
      `${ACCOUNTS.passwd}app:*:1000:1000::/home/app:/bin/sh\n`,
      'directory 755 1000:1000 home/app',
    ].join('\n'),
  );
});

test('shadow files are kept in step, without a clock', () => {
  const accounts = { ...ACCOUNTS, shadow: 'root:*:1:0:99999:7:::\n', gshadow: 'root:*::\nmail:*::\n' };
  assert.equal(
    layer([{ name: 'app', uid: 1000, gid: 50, groups: ['mail'] }], [], accounts),
    [
      'file 644 0:0 etc/group',
      'root:*:0:\nmail:*:8:postfix,app\nwww-data:*:33:\nstaff:*:50:\n',
      'file 640 0:42 etc/gshadow',
      'root:*::\nmail:*::app\n',
      'file 644 0:0 etc/passwd',
      `${ACCOUNTS.passwd}app:x:1000:50::/nonexistent:/usr/sbin/nologin\n`,
      'file 640 0:42 etc/shadow',
      'root:*:1:0:99999:7:::\napp:!:::::::\n',
    ].join('\n'),
  );
});

const USERS: Readonly<Record<string, readonly [RootUser, string]>> = {
  'a name that is taken': [{ name: 'www-data', uid: 1000 }, 'the image has a user `www-data` already (33)'],
  'a number that is taken': [{ name: 'app', uid: 33 }, 'the number 33 of `app` is that of `www-data`'],
  'a group of the name with another number': [
    { name: 'mail', uid: 1000 },
    'the image has a group `mail` already, with the number 8',
  ],
  'a group that is not there': [
    { name: 'app', uid: 1000, groups: ['docker'] },
    'there is no group `docker` for `app`',
  ],
};

for (const [name, [user, expected]] of Object.entries(USERS)) {
  test(name, () => assert.equal(layer([user]), `error[debian/bad-account] ${expected}`));
}

test('paths are made in their order, by names of users that are added', () => {
  const bytes = Buffer.from('x');
  assert.equal(
    layer(
      [{ name: 'app', uid: 1000 }],
      [
        { type: 'directory', path: '/srv/app/data', owner: 'app', group: 'mail', mode: 0o2775 },
        { type: 'link', path: '/bin/tool', target: '/opt/tool', owner: '1000' },
        { type: 'file', path: '/tmp/x', content: { bytes }, owner: '12', group: '13' },
      ],
    )
      .split('\n')
      .filter((line) => /^(directory|symlink|file .*tmp)/.test(line))
      .join('\n'),
    [
      'directory 2775 1000:8 srv/app/data',
      'file 644 12:13 tmp/x',
      'symlink 777 1000:0 usr/bin/tool -> /opt/tool',
    ].join('\n'),
  );
});

const PATHS: Readonly<Record<string, readonly [RootPath, string]>> = {
  'a path that climbs': [
    { type: 'directory', path: '/a/../../b' },
    'path-conflict] /a/../../b cannot be added to the image: it is no path below the root',
  ],
  'the root': [
    { type: 'directory', path: '/' },
    'path-conflict] / cannot be added to the image: it is no path below the root',
  ],
  'a relative path': [
    { type: 'directory', path: 'a' },
    'path-conflict] a cannot be added to the image: it is no path below the root',
  ],
  'an unknown owner': [
    { type: 'directory', path: '/a', owner: 'app' },
    'bad-account] /a belongs to `app`, who is no user of the image',
  ],
  'an unknown group': [
    { type: 'directory', path: '/a', group: 'app' },
    'bad-account] /a belongs to `app`, which is no group of the image',
  ],
};

for (const [name, [path, expected]] of Object.entries(PATHS)) {
  test(name, () => assert.equal(layer([], [path]), `error[debian/${expected}`));
}

const CONTROL: ReadonlyMap<string, Paragraph> = new Map(
  [
    'Package: libc\nPre-Depends: base',
    'Package: base\nEssential: yes\nDepends: awk | nothing',
    'Package: mawk\nProvides: awk (= 1)\nPre-Depends: libc (>= 1)',
    'Package: dbus\nDepends: libc',
    'Package: systemd\nPre-Depends: dbus, libc',
    'Package: app\nDepends: systemd',
  ].map((text) => {
    const parsed = parseControl(text);
    assert.ok(parsed.ok);
    return [parsed.value[0]!.get('package')!, parsed.value[0]!];
  }),
);

test('the bootstrap set is closed, and dpkg is called no more often than it must', () => {
  const bootstrap = bootstrapSet(CONTROL);
  assert.deepEqual(bootstrap, ['base', 'libc', 'mawk']);
  const planned = ['libc', 'dbus', 'mawk', 'base', 'systemd', 'app'].flatMap((name) => [
    `Inst ${name} (1 x)`,
    `Conf ${name} (1 x)`,
  ]);
  const steps = dpkgSteps(parseSimulation(planned.join('\n')), { control: CONTROL, bootstrap });
  assert.deepEqual(
    steps.map((step) => `${step.do} ${step.packages.join(' ')}`),
    [
      'unpack libc mawk base',
      'configure libc mawk base',
      'unpack dbus',
      'configure dbus',
      'unpack systemd app',
      'configure systemd app',
    ],
  );
  const locked = [...CONTROL.keys()].map((name) => ({
    name,
    sha256: name,
  })) as unknown as LockedRoot['locked'];
  const script = configureScript({ locked, bootstrap, steps } as unknown as LockedRoot, { packagesAt: '/p' });
  assert.match(script, /^#!\/bin\/sh\nset -eu\n/);
  assert.deepEqual(script.match(/--force-depends.*/g), [
    '--force-depends --unpack /p/libc.deb /p/mawk.deb /p/base.deb',
  ]);
  assert.match(script, /--unpack \/p\/systemd\.deb \/p\/app\.deb\ndpkg .* --configure systemd app\n/);
});

test('the configuration of containers', () => {
  assert.deepEqual(containerConfig({ env: {}, labels: {}, expose: [], volumes: [] }), {
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
  });
  assert.deepEqual(
    containerConfig({
      env: { PATH: '/x', B: '1' },
      labels: { a: 'b' },
      workdir: '/w',
      user: 'app',
      entrypoint: ['e'],
      cmd: ['c'],
      expose: ['8080', '53/udp', '8080/tcp'],
      volumes: ['/v'],
      stopSignal: 'SIGQUIT',
      healthcheck: { command: ['curl', 'x'], intervalMs: 1500, retries: 3 },
    }),
    {
      Env: ['PATH=/x', 'B=1'],
      Labels: { a: 'b' },
      WorkingDir: '/w',
      User: 'app',
      Entrypoint: ['e'],
      Cmd: ['c'],
      ExposedPorts: { '53/udp': {}, '8080/tcp': {} },
      Volumes: { '/v': {} },
      StopSignal: 'SIGQUIT',
      Healthcheck: { Test: ['CMD', 'curl', 'x'], Interval: 1_500_000_000, Retries: 3 },
    },
  );
});

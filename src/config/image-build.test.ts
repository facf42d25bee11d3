import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostic } from '../base/index.ts';
import { parseImageBuild } from './parser.ts';

const HEAD = 'apiVersion: build.mobileops.io/v1\nkind: ImageBuild\nmetadata: {name: web}\nspec:\n';
const parse = (spec: string) => parseImageBuild({ path: 'docker/web.yaml', text: `${HEAD}${spec}` });

const WHOLE = `  from: debian:12
  packages: [nginx-light, "python3=3.11.2-1+b1", g++]
  components: [main, contrib, main]
  scripts: none
  essential: false
  updates: false
  users:
    - {name: app, uid: 1000, gid: 33, home: /home/app, shell: /bin/sh, groups: [mail]}
    - {name: plain, uid: 1001}
  paths:
    - {type: directory, path: /srv/app, owner: app, group: "33", mode: "2775"}
    - {type: link, path: /usr/bin/x, target: ../lib/x}
    - {type: file, path: /etc/app.conf, source: configs/app.conf}
  env: {PORT: 8080}
  labels: {org.example.team: web}
  workdir: /srv/app
  user: app:www-data
  entrypoint: [nginx, -g, daemon off;]
  cmd: [""]
  expose: ["8080", "53/udp"]
  volumes: [/data]
  stopSignal: SIGQUIT
  healthcheck: {command: [curl, localhost], interval: 5s, timeout: 500ms, startPeriod: 1m, retries: 3}
`;

const at = (value: unknown) => ({ value });

test('every key means what it says', () => {
  const { value, diagnostics } = parse(WHOLE);
  assert.deepEqual(diagnostics, []);
  const plain = JSON.parse(JSON.stringify(value, (key, each) => (key === 'span' ? undefined : each)));
  assert.deepEqual(plain, {
    name: at('web'),
    refusals: [],
    spec: {
      needs: [],
      env: {},
      network: false,
      stamp: false,
      cache: true,
      rule: 'packages',
      from: at({ distribution: 'debian', suite: 'bookworm' }),
      components: ['main', 'contrib'],
      packages: ['nginx-light', 'python3=3.11.2-1+b1', 'g++'].map(at),
      essential: false,
      updates: false,
      scripts: 'none',
      users: [
        { name: at('app'), uid: 1000, gid: 33, home: '/home/app', shell: '/bin/sh', groups: ['mail'] },
        { name: at('plain'), uid: 1001, groups: [] },
      ],
      paths: [
        { type: 'directory', path: at('/srv/app'), owner: at('app'), group: at('33'), mode: 0o2775 },
        { type: 'link', path: at('/usr/bin/x'), owner: at('root'), group: at('root'), target: '../lib/x' },
        {
          ...{ type: 'file', path: at('/etc/app.conf'), owner: at('root'), group: at('root') },
          ...{ mode: 0o644, source: at('configs/app.conf') },
        },
      ],
      container: {
        env: { PORT: '8080' },
        labels: { 'org.example.team': 'web' },
        workdir: '/srv/app',
        user: 'app:www-data',
        entrypoint: ['nginx', '-g', 'daemon off;'],
        cmd: [''],
        expose: ['8080', '53/udp'],
        volumes: ['/data'],
        stopSignal: 'SIGQUIT',
        healthcheck: {
          command: ['curl', 'localhost'],
          intervalMs: 5000,
          timeoutMs: 500,
          startPeriodMs: 60_000,
          retries: 3,
        },
      },
    },
  });
});

const FROM = '  from: debian:bookworm\n';
/** The text of the spec, and of each diagnostic its first line without the place, and its help. */
const PROBLEMS: readonly (readonly [string, readonly string[]])[] = [
  [
    '  packages: [a]\n',
    ['config/missing-key the key `from` is missing | write it as debian:bookworm or ubuntu:noble'],
  ],
  [
    '  from: debian\n',
    [
      'config/bad-value `debian` is not a distribution with its release | write it as debian:bookworm or ubuntu:noble',
    ],
  ],
  [
    '  from: debain:bookworm\n',
    ['config/unknown-value images cannot be made of packages of `debain` | did you mean `debian`?'],
  ],
  [
    '  from: alpine:3.19\n',
    ['config/unknown-value images cannot be made of packages of `alpine` | possible values: debian, ubuntu'],
  ],
  [
    '  from: debian:bokworm\n',
    [
      'config/unknown-value debian has no release `bokworm` that is known here | did you mean `bookworm`? releases: bullseye, bookworm, trixie, forky, sid, 11, 12, 13, 14',
    ],
  ],
  [
    '  from: debian:stable\n',
    [
      'config/unknown-value `stable` means another release with each new one | releases: bullseye, bookworm, trixie, forky, sid, 11, 12, 13, 14',
    ],
  ],
  [
    `${FROM}  package: [a]\n`,
    ['config/unknown-key the key `package` has no meaning here | did you mean `packages`?'],
  ],
  ...['a:arm64', 'a/sid', 'a=', 'A', '-o', '*'].map(
    (name) =>
      [
        `${FROM}  packages: ["${name}"]\n`,
        [
          `config/bad-value \`${name}\` is not a package of the distribution | write \`name\` or \`name=version\`: the release is \`from\`, the processor the image’s, so no \`/suite\` and no \`:arch\``,
        ],
      ] as const,
  ),
  [`${FROM}  packages: [a, b, a=1]\n`, ['config/duplicate-name the package `a` stands twice in this list']],
  [
    `${FROM}  essential: false\n  packages: [a]\n`,
    [
      'config/bad-value without the essential packages there is nothing that maintainer scripts could run with | write scripts: none, or leave `essential` out',
    ],
  ],
  [
    `${FROM}  essential: false\n  scripts: none\n`,
    [
      'config/missing-key the image would have no package at all | name some under `packages`, or leave `essential` out',
    ],
  ],
  [
    `${FROM}  users: [{name: App, uid: 0}]\n`,
    [
      'config/bad-name `App` is not a name of a user or group | start with a small letter or "_"; then small letters, digits, "-" and "_", at most 32 in all',
      'config/out-of-range 0 is out of range | the number is at least 1',
    ],
  ],
  [
    `${FROM}  users: [{name: a, uid: 1}, {name: a, uid: 2}]\n`,
    ['config/duplicate-name the name `a` stands twice in this list'],
  ],
  [
    `${FROM}  paths: [{type: folder, path: /a}]\n`,
    ['config/unknown-value the text `folder` is not possible here | possible values: directory, link, file'],
  ],
  [
    `${FROM}  paths: [{type: directory, path: /a/../b, mode: 0755}]\n`,
    [
      'config/bad-path `/a/../b` is not an absolute path of the image | write a path that begins with "/", without ".." and in one line',
      'config/wrong-type expected a text, found the number `0755` | write it in quotes and in octal digits: "0755"',
    ],
  ],
  [
    `${FROM}  paths: [{type: link, path: a, target: b, mode: "0755"}]\n`,
    [
      'config/bad-path `a` is not an absolute path of the image | write a path that begins with "/", without ".." and in one line',
      'config/unknown-key the key `mode` has no meaning here | possible keys: type, path, owner, group, target',
    ],
  ],
  [
    `${FROM}  paths: [{type: file, path: /a, source: ../b}]\n`,
    [
      'config/bad-path `../b` is not a path inside its folder | write a relative path with "/", without ".." and in one line',
    ],
  ],
  [
    `${FROM}  expose: ["70000"]\n`,
    [
      'config/bad-value `70000` is not a port | write a number up to 65535, perhaps with its protocol: "8080", "53/udp"',
    ],
  ],
  [
    `${FROM}  healthcheck: {command: [a], interval: 5}\n`,
    [
      'config/bad-unit `5` has no unit | write a number and one of ms, s, m, h without a space: 200ms, 1.5s, 10m',
    ],
  ],
];

for (const [spec, expected] of PROBLEMS) {
  test(spec.trim(), () => {
    const { value, diagnostics } = parse(spec);
    assert.equal(value, undefined);
    const given = diagnostics.map((each) => {
      assert.ok(renderDiagnostic(each).includes('docker/web.yaml:'));
      return `${each.code} ${each.message}${each.hint === undefined ? '' : ` | ${each.hint}`}`;
    });
    assert.deepEqual(given.sort(), [...expected].sort());
  });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dockerfileFindings } from './dockerfile-findings.ts';
import { manifestFindings } from './manifest-findings.ts';

const dockerfile = (text: string): readonly string[] =>
  dockerfileFindings('docker/Dockerfile.a', text, 'mobileops-').map(
    ({ id, place }) => `${place?.line} ${id.slice('dockerfile/'.length)}`,
  );

const GOOD = 'FROM debian:12\nUSER app\n';

const DOCKERFILES: Readonly<Record<string, readonly [text: string, expected: readonly string[]]>> = {
  'nothing wrong': [GOOD, []],
  'no user': ['FROM debian:12', ['1 root-user']],
  'root at the end': ['FROM debian:12\nUSER app\nUSER root', ['3 root-user']],
  'root by number and group': ['FROM debian:12\nUSER 0:0', ['2 root-user']],
  'root in between': ['FROM debian:12\nUSER root\nRUN true\nUSER 1000', []],
  'the user of a stage below': ['FROM debian:12 AS base\nUSER app\nFROM base', []],
  'no user of a stage below': ['FROM debian:12 AS base\nFROM base', ['1 root-user']],
  'a stage that is not the image': ['FROM debian:12 AS tools\nUSER root\nFROM debian:12\nUSER app', []],
  'an image of the workspace': ['FROM mobileops-base', []],
  'a base without a tag': ['FROM debian\nUSER app', ['1 moving-base']],
  'a base that is the latest': ['FROM host:5000/a/b:latest\nUSER app', ['1 moving-base']],
  'a base with a digest': [`FROM debian@sha256:${'0'.repeat(64)}\nUSER app`, []],
  'a registry with a port and no tag': ['FROM host:5000/a\nUSER app', ['1 moving-base']],
  'a base by variable': ['ARG BASE\nFROM $BASE\nUSER app', []],
  'a file that is fetched': [`${GOOD}ADD https://host/a.tgz /a/`, ['3 add-without-checksum']],
  'a file that is fetched and checked': [`${GOOD}ADD --checksum=sha256:00 https://host/a.tgz /a/`, []],
  'a file of the sources': [`${GOOD}ADD a.tgz /a/`, []],
  'a secret in the environment': [`${GOOD}ENV A=1 DB_PASSWORD=q7w8 C=2`, ['3 secret-in-env']],
  'a secret in the environment, old form': [`${GOOD}ENV API_KEY q7w8`, ['3 secret-in-env']],
  'a secret from an argument': [
    `${GOOD}ARG TOKEN\nENV TOKEN=$` + '{TOKEN}',
    ['3 secret-in-arg', '4 secret-in-env'],
  ],
  'a place of a secret': [`${GOOD}ENV DB_PASSWORD_FILE=/run/secrets/db TOKEN_URL=https://host`, []],
  'a download to a shell': [
    `${GOOD}RUN curl -fsSL https://host/install.sh | bash -s`,
    ['3 download-to-shell'],
  ],
  'a download to a shell, continued': [
    `${GOOD}RUN wget -qO- https://host/i \\\n  | sudo sh`,
    ['3 download-to-shell', '3 sudo'],
  ],
  'a download to a shell in a here-document': [
    `${GOOD}RUN <<EOF\ncurl https://host/i | sh\nEOF`,
    ['3 download-to-shell'],
  ],
  'a download to a file': [`${GOOD}RUN curl -fsSLo a https://host/a && sha256sum -c a.sum`, []],
  'no certificate': [`${GOOD}RUN curl -fkL https://host/a -o a`, ['3 unverified-download']],
  'no signature': [`${GOOD}RUN apt-get install -y --allow-unauthenticated a`, ['3 unverified-download']],
  'open to all': [`${GOOD}RUN chmod -R 777 /data`, ['3 world-writable']],
};

for (const [name, [text, expected]] of Object.entries(DOCKERFILES)) {
  test(`Dockerfile: ${name}`, () => assert.deepEqual([...dockerfile(text)].sort(), [...expected].sort()));
}

test('any text is a Dockerfile or none, and nothing throws', () => {
  const word = fc.constantFrom(
    'FROM',
    'USER',
    'RUN',
    'ENV',
    'ARG',
    'ADD',
    ' ',
    '\n',
    '\\\n',
    'a',
    '<<EOF',
    '"',
    '$',
    'AS',
  );
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join(' ')),
      (text) => void dockerfile(text),
    ),
  );
});

const manifest = (inside: string, attributes = ''): readonly string[] =>
  manifestFindings(
    'AndroidManifest.xml',
    `<manifest>\n<application ${attributes}>\n${inside}\n</application>\n</manifest>`,
  ).map(({ id, place, severity }) => `${place?.line} ${id.slice('android/'.length)} ${severity}`);

const MANIFESTS: Readonly<Record<string, readonly [found: readonly string[], expected: readonly string[]]>> =
  {
    'nothing wrong': [
      manifest('<activity android:name=".A" android:exported="false"/>', 'android:allowBackup="false"'),
      [],
    ],
    'the launcher': [
      manifest(
        '<activity android:exported="true"><intent-filter><category android:name="android.intent.category.LAUNCHER"/></intent-filter></activity>',
      ),
      [],
    ],
    'an open provider': [
      manifest('<provider android:name=".P" android:exported="true"/>'),
      ['3 exported-unguarded high'],
    ],
    'an open service': [
      manifest("<service\n android:name='.S'\n android:exported = 'true'></service>"),
      ['3 exported-unguarded medium'],
    ],
    'a guarded service': [manifest('<service android:exported="true" android:permission="a.B"/>'), []],
    'in a comment': [manifest('<!-- <provider android:exported="true"/> -->'), []],
    application: [
      manifest(
        '',
        'android:debuggable="true" android:usesCleartextTraffic="true" android:allowBackup="true"',
      ),
      ['2 debuggable high', '2 cleartext-traffic medium', '2 backup-allowed low'],
    ],
    'with rules for backups': [
      manifest('', 'android:allowBackup="true" android:dataExtractionRules="@xml/rules"'),
      [],
    ],
    'by placeholder': [manifest('', 'android:usesCleartextTraffic="$' + '{cleartext}"'), []],
  };

for (const [name, [found, expected]] of Object.entries(MANIFESTS)) {
  test(`AndroidManifest.xml: ${name}`, () => assert.deepEqual(found, expected));
}

import type { FlagSpec, VerbSpec } from './verb-spec.ts';

const DATA: FlagSpec = {
  name: 'data',
  kind: 'text',
  metavar: 'DIR',
  description: 'the folder of the server: its database and all content; made when it is not there',
};

/** The server and its tokens, in the order of the help. */
export const SERVER_VERBS: readonly VerbSpec[] = [
  {
    name: 'serve',
    summary: 'run the server: registry, artifacts, packages, builds',
    positionals: [],
    flags: [
      DATA,
      {
        name: 'port',
        kind: 'count',
        metavar: 'N',
        mayBeZero: true,
        description: 'the port (default: 8080; 0: a free one)',
      },
      {
        name: 'host',
        kind: 'text',
        metavar: 'ADDR',
        description: 'the address to listen on (default: 127.0.0.1; 0.0.0.0 for all)',
      },
      {
        name: 'anonymous',
        kind: 'choice',
        metavar: 'WHAT',
        choices: ['none', 'read', 'write'],
        description: 'what may be done without a token: none (default), read or write',
      },
      {
        name: 'trusted-proxy',
        kind: 'text',
        metavar: 'ADDR',
        isRepeatable: true,
        description:
          'believe the X-Forwarded headers of this address or network (10.0.0.0/8); may be repeated',
      },
      { name: 'tls-cert', kind: 'text', metavar: 'FILE', description: 'speak HTTPS with this certificate' },
      { name: 'tls-key', kind: 'text', metavar: 'FILE', description: 'the key of --tls-cert' },
      {
        name: 'token-file',
        kind: 'text',
        metavar: 'FILE',
        description: 'on the first start, write the first token there (mode 0600) and do not print it',
      },
      {
        name: 'max-upload',
        kind: 'size',
        metavar: 'SIZE',
        description: 'what one blob or file may have (default: 20GiB)',
      },
      {
        name: 'max-bytes',
        kind: 'size',
        metavar: 'SIZE',
        description: 'what all content may have together, uploads under way included (default: no limit)',
      },
      {
        name: 'rate',
        kind: 'count',
        metavar: 'N',
        description: 'requests of one address in a second, on average (default: 5000)',
      },
      {
        name: 'gc-every',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'how often content that nothing names is removed (default: 1h; 0s: never)',
      },
      {
        name: 'gc-grace',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'how long it stays after it was last sent or asked for (default: 24h)',
      },
      {
        name: 'untagged-after',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description:
          'how long a manifest stays that has no tag and belongs to no other (default: 0s, for good)',
      },
      {
        name: 'scrub-every',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'how often all content is hashed again (default: 168h; 0s: never)',
      },
      {
        name: 'audit-age',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'how long an entry of the audit log stays (default: 8760h; 0s: for good)',
      },
      {
        name: 'audit-entries',
        kind: 'count',
        metavar: 'N',
        mayBeZero: true,
        description: 'how many entries of the audit log stay, the newest (default: 1000000; 0: all)',
      },
      {
        name: 'drain',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'how long what is under way may take once the server is told to end (default: 60s)',
      },
      {
        name: 'events',
        kind: 'text',
        metavar: 'FILE',
        description: 'write all that happens, each request too, as JSON lines (version 1)',
      },
    ],
    examples: [
      ['mobileops serve --data /srv/mobileops', 'on http://127.0.0.1:8080; prints the first token once'],
      [
        'mobileops serve --data data --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem --anonymous read',
        'for a team: everybody reads, tokens write',
      ],
    ],
  },
  {
    name: 'serve token',
    summary: 'make, list or revoke the tokens of a server, also while it runs',
    positionals: [
      { name: 'ACTION', minimum: 1, maximum: 1, description: 'create, list or revoke' },
      {
        name: 'WHICH',
        minimum: 0,
        maximum: 1,
        description: 'create: a name for the audit log; revoke: the number that list shows',
      },
    ],
    flags: [
      DATA,
      {
        name: 'role',
        kind: 'choice',
        metavar: 'ROLE',
        choices: ['read', 'write', 'admin'],
        description: 'create: what it may do (default: read)',
      },
      {
        name: 'only',
        kind: 'text',
        metavar: 'NAMES',
        isRepeatable: true,
        description:
          'create: the names that it is for, as oci:team/app/*,npm:@team/*,pypi:x,artifacts:y,builds:* (default: all)',
      },
      {
        name: 'days',
        kind: 'count',
        metavar: 'N',
        description: 'create: after how many days it expires (default: 90)',
      },
    ],
    examples: [
      ['mobileops serve token create ci --role write --data data', 'prints the token, this once'],
      [
        "mobileops serve token create web --role write --only 'oci:team/web,npm:@web/*' --data data",
        'pushes one image and the packages of one scope, and sees nothing else',
      ],
      ['mobileops serve token revoke 3 --data data', 'of no use from now on'],
    ],
  },
];

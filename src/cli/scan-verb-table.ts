import type { VerbSpec } from './verb-spec.ts';

/** What looks for what must not ship. */
export const SCAN_VERBS: readonly VerbSpec[] = [
  {
    name: 'scan',
    summary: 'look for known vulnerabilities, secrets, hostile models and open doors, offline',
    positionals: [
      {
        name: 'TARGET',
        isTarget: true,
        minimum: 0,
        maximum: Number.POSITIVE_INFINITY,
        description:
          'targets of the workspace, or one built image or app (image:base, app:hybrid), file or folder (default: the whole workspace)',
      },
    ],
    flags: [
      {
        name: 'platform',
        kind: 'text',
        metavar: 'OS/ARCH',
        description: 'which of several images (default: the one for this machine)',
      },
      {
        name: 'format',
        kind: 'choice',
        metavar: 'FORM',
        choices: ['table', 'json', 'sarif'],
        description: 'table (default), json, or sarif (2.1.0)',
      },
      {
        name: 'output',
        kind: 'text',
        metavar: 'FILE',
        description: 'write the report there, and a table to standard output',
      },
      {
        name: 'fail-on',
        kind: 'choice',
        metavar: 'LEVEL',
        choices: ['critical', 'high', 'medium', 'low', 'none'],
        description:
          'exit code 1 from this severity on (default: high); low counts those of unknown severity',
      },
      {
        name: 'max-age',
        kind: 'count',
        metavar: 'DAYS',
        description: 'how old advisories may be (default: maxAge of build-config.yaml, or 30)',
      },
      {
        name: 'update',
        kind: 'switch',
        description: 'fetch the advisories of the public export of OSV, and scan nothing',
      },
      {
        name: 'from',
        kind: 'text',
        metavar: 'PLACE',
        description:
          'with --update: a mirror in place of it, an address or a folder (also MOBILEOPS_OSV_EXPORT)',
      },
      {
        name: 'ecosystem',
        kind: 'choice',
        metavar: 'NAME',
        choices: ['PyPI', 'npm', 'Maven', 'Debian', 'Ubuntu', 'Go', 'crates.io'],
        isRepeatable: true,
        description: 'with --update: of this one (default: those that the workspace has packages of)',
      },
      {
        name: 'database',
        kind: 'text',
        metavar: 'FOLDER',
        description: 'where fetched advisories are kept (default: in the cache of the user)',
      },
    ],
    examples: [
      [
        'mobileops scan',
        'exit code 1 when something of high severity was found, or advisories are missing or old',
      ],
      ['mobileops scan image:base', 'the packages and files of each layer of a built image'],
      ['mobileops scan --update', 'new advisories for what the workspace uses'],
      [
        'mobileops scan web/package-lock.json --format sarif --output scan.sarif',
        'one lock, for code scanning',
      ],
    ],
  },
];

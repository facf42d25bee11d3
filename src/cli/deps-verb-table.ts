import type { FlagSpec, PositionalSpec, VerbSpec } from './verb-spec.ts';

const PACKAGE: PositionalSpec = {
  name: 'PACKAGE',
  minimum: 1,
  maximum: 1,
  description:
    'as its ecosystem names it (react, numpy, group:artifact), also with a version (react@18.2.0), or a purl',
};

const MAX_AGE: FlagSpec = {
  name: 'max-age',
  kind: 'count',
  metavar: 'DAYS',
  description: 'how old advisories may be (default: maxAge of build-config.yaml, or 30)',
};

const DATABASE: FlagSpec = {
  name: 'database',
  kind: 'text',
  metavar: 'FOLDER',
  description: 'where fetched advisories are kept (default: in the cache of the user)',
};

/** The verbs for packages of others, in the order of the help. */
export const DEPS_VERBS: readonly VerbSpec[] = [
  {
    name: 'deps lock',
    summary: 'resolve dependencies and write mobileops.lock',
    positionals: [],
    flags: [],
    examples: [['mobileops deps lock', 'after a change of requirements; commit the file']],
  },
  {
    name: 'deps outdated',
    summary: 'list packages of which there are newer versions; writes nothing',
    positionals: [],
    flags: [],
    examples: [['mobileops deps outdated', 'what `deps update` would take, and what the files hold back']],
  },
  {
    name: 'deps update',
    summary: 'take newer versions into mobileops.lock, and with --write into the requirement files',
    positionals: [
      {
        name: 'PACKAGE',
        minimum: 0,
        maximum: Number.POSITIVE_INFINITY,
        description: 'names of packages (default: all)',
      },
    ],
    flags: [
      { name: 'dry-run', kind: 'switch', description: 'only say what would change' },
      {
        name: 'cooldown',
        kind: 'duration',
        metavar: 'TIME',
        description: 'of Python and npm, only versions that are at least so old: 168h',
      },
      {
        name: 'security',
        kind: 'switch',
        description: 'only packages that advisories hit; exit code 1 where one is hit also then',
      },
      {
        name: 'write',
        kind: 'switch',
        description: 'also raise versions that requirement files, package.json and build.yaml hold',
      },
      MAX_AGE,
      DATABASE,
    ],
    examples: [
      ['mobileops deps update --security --write', 'the lowest versions that no known vulnerability hits'],
      ['mobileops deps update react', 'that package and what it asks for'],
      ['mobileops deps update --cooldown 168h', 'everything that has been out for a week'],
    ],
  },
  {
    name: 'deps audit',
    summary: 'compare the locked packages with known vulnerabilities, and say who brings those that are hit',
    positionals: [],
    flags: [
      {
        name: 'fail-on',
        kind: 'choice',
        metavar: 'LEVEL',
        choices: ['critical', 'high', 'medium', 'low', 'none'],
        description: 'exit code 1 from this severity on (default: high)',
      },
      MAX_AGE,
      DATABASE,
    ],
    examples: [
      [
        'mobileops deps audit',
        'offline, with exceptions by `securityScan.ignore`; new advisories by `scan --update`',
      ],
    ],
  },
  {
    name: 'deps licenses',
    summary: 'list what the packages that ship declare as their licences, and check them',
    positionals: [],
    flags: [
      {
        name: 'allow',
        kind: 'text',
        metavar: 'ID',
        isRepeatable: true,
        description: 'an SPDX identifier that passes, all others do not (may stand several times)',
      },
      {
        name: 'deny',
        kind: 'text',
        metavar: 'ID',
        isRepeatable: true,
        description: 'an SPDX identifier that does not pass (may stand several times)',
      },
      { name: 'all', kind: 'switch', description: 'also the packages of tests, development and tools' },
    ],
    examples: [
      ['mobileops deps licenses', 'by licence, and what is not known'],
      ['mobileops deps licenses --deny GPL-3.0-only', 'exit code 1 where a package that ships is under it'],
    ],
  },
  {
    name: 'deps why',
    summary: 'say which targets a package is there for, who wants it, and where that is written',
    positionals: [PACKAGE],
    flags: [],
    examples: [['mobileops deps why kotlin-stdlib', 'every way from a target to it, with file and line']],
  },
];

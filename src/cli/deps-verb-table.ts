import type { PositionalSpec, VerbSpec } from './verb-spec.ts';

const PACKAGE: PositionalSpec = {
  name: 'PACKAGE',
  minimum: 1,
  maximum: 1,
  description:
    'as its ecosystem names it (react, numpy, group:artifact), also with a version (react@18.2.0), or a purl',
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

import { RUN_FLAGS } from './run-flags.ts';
import type { VerbSpec } from './verb-spec.ts';

/** The verbs that judge what is built. */
export const QUALITY_VERBS: readonly VerbSpec[] = [
  {
    name: 'check',
    summary: 'build, test, lint, scan and load, and hold all of it against the gates of the configuration',
    positionals: [
      {
        name: 'TARGET',
        isTarget: true,
        minimum: 0,
        maximum: Number.POSITIVE_INFINITY,
        description: 'all, a label (component:ai-core) or a name that is unique (default: all)',
      },
    ],
    flags: [
      {
        name: 'report',
        kind: 'text',
        metavar: 'FILE',
        isRepeatable: true,
        description: 'also write the report there: .json, .html, or .xml for JUnit',
      },
      {
        name: 'database',
        kind: 'text',
        metavar: 'FOLDER',
        description: 'where fetched advisories are kept (default: in the cache of the user)',
      },
      ...RUN_FLAGS.filter(({ name }) => name !== 'keep-going'),
    ],
    examples: [
      [
        'mobileops check',
        'exit code 1 when a gate is red or was not measured, 3 when only a tool or service is missing',
      ],
      ['mobileops check network --report gates.html --report gates.xml', 'one target and what it needs'],
      [
        'SONAR_HOST_URL=https://sonar.example SONAR_TOKEN=… mobileops check',
        'also the quality gate of SonarQube',
      ],
    ],
  },
  {
    name: 'ci',
    summary: 'run the pipeline: the global buildSteps in order, or else build, check and release',
    positionals: [],
    flags: [
      {
        name: 'report',
        kind: 'text',
        metavar: 'FILE',
        isRepeatable: true,
        description: 'also write the summary there: .json, or .xml for JUnit',
      },
      {
        name: 'require',
        kind: 'text',
        metavar: 'NAME',
        isRepeatable: true,
        description: 'a variable without which nothing is begun',
      },
      {
        name: 'step-limit',
        kind: 'duration',
        metavar: 'TIME',
        description: 'a step that takes longer is ended, and failed (default: 2h)',
      },
    ],
    examples: [
      ['mobileops ci --report ci.xml', 'stops at the first step that fails, and cleans up whatever happens'],
      [
        'BUILD_VERSION=1.2.0 mobileops ci --require SIGNING_KEY',
        'with a release, where no buildSteps say otherwise',
      ],
    ],
  },
  {
    name: 'ci generate',
    summary: 'write the workflows of a service that start the pipeline: .github/workflows',
    positionals: [{ name: 'SERVICE', minimum: 1, maximum: 1, description: 'github' }],
    flags: [
      {
        name: 'branch',
        kind: 'text',
        metavar: 'NAME',
        description: 'whose pushes are built (default: main)',
      },
      {
        name: 'program',
        kind: 'text',
        metavar: 'COMMAND',
        description: 'how mobileops is called there (default: npx mobileops)',
      },
      {
        name: 'install',
        kind: 'text',
        metavar: 'COMMAND',
        description: 'what brings it, run in the workspace (default: npm ci)',
      },
      { name: 'force', kind: 'switch', description: 'also over workflows of another hand' },
      {
        name: 'check',
        kind: 'switch',
        description: 'write nothing; exit code 1 where the files are not what would be written',
      },
    ],
    examples: [
      [
        'mobileops ci generate github',
        'mobileops.yml and security.yml, with actions pinned by their commits',
      ],
    ],
  },
];

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
];

import type { VerbSpec } from './verb-spec.ts';

/** The verb that looks for why builds fail. */
export const DOCTOR_VERBS: readonly VerbSpec[] = [
  {
    name: 'doctor',
    summary: 'look at the machine and the workspace for what makes builds fail, and say what mends it',
    positionals: [],
    flags: [
      {
        name: 'fix',
        kind: 'switch',
        description:
          'mend what is safe to: modes of called scripts and of keys, marks and files of processes that are gone',
      },
      {
        name: 'network',
        kind: 'switch',
        description: 'also ask the services that settings and the lock name whether they answer',
      },
    ],
    examples: [
      ['mobileops doctor', 'exit code 1 when something is broken'],
      ['mobileops doctor --fix --quiet', 'mend what is safe, and show what is left'],
    ],
  },
];

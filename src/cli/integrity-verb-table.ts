import type { FlagSpec, VerbSpec } from './verb-spec.ts';

const BASELINE: FlagSpec = {
  name: 'baseline',
  kind: 'text',
  metavar: 'FILE',
  description: 'the baseline (default: mobileops.integrity at the root of the workspace)',
};

const KEYS: readonly FlagSpec[] = [
  {
    name: 'key',
    kind: 'text',
    metavar: 'FILE',
    isRepeatable: true,
    description: 'a public key that has to have signed the baseline',
  },
  {
    name: 'gpg-key',
    kind: 'text',
    metavar: 'FINGERPRINT',
    isRepeatable: true,
    description: 'the same, by the whole fingerprint of a key of your own keyring',
  },
];

/** The verbs about files being as they were, in the order of the help. */
export const INTEGRITY_VERBS: readonly VerbSpec[] = [
  {
    name: 'integrity baseline',
    summary: 'write down how files and the programs of this machine are now',
    positionals: [
      {
        name: 'PATH',
        minimum: 0,
        maximum: Number.POSITIVE_INFINITY,
        description:
          'files and folders of the workspace (default: scripts, build-config.yaml, mobileops.lock)',
      },
    ],
    flags: [BASELINE],
    examples: [
      [
        'mobileops integrity baseline scripts configs',
        'then `mobileops sign mobileops.integrity`, and commit',
      ],
    ],
  },
  {
    name: 'integrity verify',
    summary: 'tell every file that changed, went or came since the baseline',
    positionals: [],
    flags: [BASELINE, ...KEYS],
    examples: [['mobileops integrity verify --key release.pub', 'before a build that has to be trusted']],
  },
  {
    name: 'integrity check',
    summary: 'tell the same, and what changed in the programs of this machine and in the store',
    positionals: [],
    flags: [BASELINE, ...KEYS],
    examples: [['mobileops integrity check', 'exit code 1 when something is not as it was']],
  },
];

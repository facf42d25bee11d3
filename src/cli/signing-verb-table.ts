import type { FlagSpec, PositionalSpec, VerbSpec } from './verb-spec.ts';

const FILES: PositionalSpec = {
  name: 'FILE',
  minimum: 1,
  maximum: Number.POSITIVE_INFINITY,
  description: 'files, and folders with all that is below them, such as dist/release',
};

/** Which keys sign; also for a release. */
export const SIGNING_KEY_FLAGS: readonly FlagSpec[] = [
  {
    name: 'key',
    kind: 'text',
    metavar: 'FILE',
    isRepeatable: true,
    description: 'the private key: an OpenPGP key, or PEM for a Sigstore bundle (default: SIGNING_KEY)',
  },
  {
    name: 'gpg-key',
    kind: 'text',
    metavar: 'ID',
    isRepeatable: true,
    description: 'a key of your own keyring: a fingerprint, or an address such as mobileops@example.com',
  },
];

/** What is expected of a provenance. */
export const ORIGIN_FLAGS: readonly FlagSpec[] = [
  {
    name: 'builder',
    kind: 'text',
    metavar: 'ID',
    description: 'the builder that the provenance has to name',
  },
  {
    name: 'source',
    kind: 'text',
    metavar: 'TEXT',
    description: 'the commit, or the repository, that the provenance has to name',
  },
];

/** The verbs that sign and verify, in the order of the help. */
export const SIGNING_VERBS: readonly VerbSpec[] = [
  {
    name: 'sign',
    summary: 'sign files: OpenPGP (FILE.asc) or a Sigstore bundle (FILE.sigstore.json), as the key is',
    positionals: [FILES],
    flags: [
      ...SIGNING_KEY_FLAGS,
      {
        name: 'format',
        kind: 'choice',
        metavar: 'WHICH',
        choices: ['gpg', 'sigstore'],
        description: 'gpg or sigstore: refuse a key that makes the other one',
      },
    ],
    examples: [
      ['mobileops sign dist/release', 'all files of the release, by the key that SIGNING_KEY names'],
      ['mobileops sign app.apk --key cosign.key --key release.asc', 'both kinds of signature'],
    ],
  },
  {
    name: 'verify',
    summary: 'check the signatures beside files by keys that you name',
    positionals: [FILES],
    flags: [
      {
        name: 'key',
        kind: 'text',
        metavar: 'FILE',
        isRepeatable: true,
        description: 'a public key: OpenPGP, or PEM such as cosign.pub',
      },
      {
        name: 'gpg-key',
        kind: 'text',
        metavar: 'FINGERPRINT',
        isRepeatable: true,
        description: 'a key of your own keyring, by its whole fingerprint (default: those that it trusts)',
      },
      {
        name: 'provenance',
        kind: 'text',
        metavar: 'FILE',
        description: 'where they were built, as SLSA provenance (default: what lies in the folders)',
      },
      ...ORIGIN_FLAGS,
    ],
    examples: [
      [
        'mobileops verify dist/release --key cosign.pub --source https://git.example.com/team/app',
        'where it comes from, too',
      ],
      ['mobileops verify mobileops-1.0.0.tar.gz --key release.pub', 'exit code 1 when it is not proved'],
    ],
  },
];

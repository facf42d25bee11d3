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
    ],
    examples: [
      ['mobileops verify mobileops-1.0.0.tar.gz --key release.pub', 'exit code 1 when it is not proved'],
    ],
  },
];

import type { FlagSpec, VerbSpec } from './verb-spec.ts';

const PREFIX: FlagSpec = {
  name: 'prefix',
  kind: 'text',
  metavar: 'DIR',
  description: 'where releases are installed (default: MOBILEOPS_PREFIX, or ~/.local/share/mobileops)',
};

const KEYS: readonly FlagSpec[] = [
  {
    name: 'key',
    kind: 'text',
    metavar: 'FILE',
    isRepeatable: true,
    description: 'a public key that has to have signed it; the first one stays with the installation',
  },
  {
    name: 'gpg-key',
    kind: 'text',
    metavar: 'FINGERPRINT',
    isRepeatable: true,
    description: 'the same, by the whole fingerprint of a key of your own keyring',
  },
  { name: 'add-key', kind: 'switch', description: 'keep these keys beside those that stay already' },
];

/** The verbs that bring releases to people, in the order of the help. */
export const RELEASE_VERBS: readonly VerbSpec[] = [
  {
    name: 'publish',
    summary:
      'publish a release: its files, then its images, then channels and tags; run again, only what is missing',
    positionals: [
      {
        name: 'VERSION',
        minimum: 0,
        maximum: 1,
        description: 'a release in dist/release (default: the newest one there)',
      },
    ],
    flags: [
      {
        name: 'to',
        kind: 'text',
        metavar: 'DEST',
        isRepeatable: true,
        description:
          'a folder, https://… (an artifact repository), oci://registry/repository (default: ARTIFACT_REPO_URL)',
      },
      {
        name: 'images',
        kind: 'switch',
        description:
          'the images of the release, too, to the registries of their names (also PUSH_IMAGES=true)',
      },
      { name: 'again', kind: 'switch', description: 'ask every destination, whatever the journal says' },
      { name: 'git-tag', kind: 'switch', description: 'and at the very end tag the commit: v1.0.0' },
    ],
    examples: [
      ['mobileops publish v1.0.0 --to /srv/releases', 'a folder for each version, and links for channels'],
      [
        'ARTIFACT_REPO_URL=https://artifacts.example.com PUSH_IMAGES=true mobileops publish',
        'with ARTIFACT_REPO_TOKEN, and the credentials of docker login',
      ],
    ],
  },
  {
    name: 'install',
    summary: 'install a release: signature first, then unpacked beside the others, then one link moves',
    positionals: [
      {
        name: 'RELEASE',
        minimum: 1,
        maximum: 1,
        description:
          'mobileops, mobileops@VERSION, mobileops@CHANNEL, an archive, the folder of a release, or an address of an archive',
      },
    ],
    flags: [
      PREFIX,
      {
        name: 'from',
        kind: 'text',
        metavar: 'PLACE',
        description: 'where a name is looked for: a folder or an address (default: ARTIFACT_REPO_URL)',
      },
      ...KEYS,
    ],
    examples: [
      [
        'mobileops install mobileops --from https://releases.example.com --key release.pub',
        'the newest stable one',
      ],
      ['mobileops install mobileops@1.0.0', 'another version, by the keys that stayed'],
      ['mobileops install ./mobileops-1.0.0.tar.gz --prefix /opt/app', 'a file with its signature beside it'],
    ],
  },
  {
    name: 'list',
    summary: 'list the installed releases, which one is current, and what a rollback goes back to',
    positionals: [],
    flags: [PREFIX],
    examples: [['mobileops list --json', '']],
  },
  {
    name: 'rollback',
    summary: 'make the release before the current one again',
    positionals: [],
    flags: [PREFIX],
    examples: [['mobileops rollback', 'one link moves; nothing is fetched']],
  },
  {
    name: 'update',
    summary: 'install what the channel names now, from where the last one came; never an older one',
    positionals: [],
    flags: [PREFIX, ...KEYS],
    examples: [['mobileops update', 'exit code 0 also when there is nothing newer']],
  },
];

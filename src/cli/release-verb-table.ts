import type { VerbSpec } from './verb-spec.ts';

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
];

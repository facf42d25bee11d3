import type { VerbSpec } from './verb-spec.ts';

/** The verb for bills of materials. */
export const SBOM_VERBS: readonly VerbSpec[] = [
  {
    name: 'sbom',
    summary: 'list what a workspace, an image, an app, a file or a folder is made of, as SPDX or CycloneDX',
    positionals: [
      {
        name: 'WHAT',
        isTarget: true,
        isImage: true,
        minimum: 0,
        maximum: 1,
        description:
          'workspace (default), a label (component:ai-core), a built image or app (image:base, app:hybrid), a file, a folder, or an image of a registry',
      },
    ],
    flags: [
      {
        name: 'format',
        kind: 'choice',
        metavar: 'FORMAT',
        choices: ['spdx', 'cyclonedx'],
        description: 'spdx (default): SPDX 2.3; cyclonedx: CycloneDX 1.6; both as JSON',
      },
      {
        name: 'output',
        short: 'o',
        kind: 'text',
        metavar: 'FILE',
        description: 'write the document there (default: standard output)',
      },
      {
        name: 'platform',
        kind: 'text',
        metavar: 'OS/ARCH',
        description: 'which of several images (default: the one for this machine)',
      },
    ],
    examples: [
      ['mobileops sbom', 'the workspace: its targets, and the packages that its lock says they are made of'],
      ['mobileops sbom image:base --format cyclonedx -o base.cdx.json', 'each package with its layer'],
      ['mobileops sbom web/package-lock.json', 'a lock of npm alone'],
    ],
  },
];

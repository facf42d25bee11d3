import { ORIGIN_FLAGS } from './signing-verb-table.ts';
import type { FlagSpec, PositionalSpec, VerbSpec } from './verb-spec.ts';

const IMAGE: Omit<PositionalSpec, 'name'> = {
  isImage: true,
  minimum: 1,
  maximum: 1,
  description:
    'an image of the workspace (image:base), an OCI layout (folder or tar), a tar of docker save, or one of a registry (debian:bookworm)',
};

/** What is one file already needs no saving, and an image of a registry is fetched by others. */
const LAYOUT: PositionalSpec = {
  ...IMAGE,
  name: 'IMAGE',
  description: 'an image of the workspace (image:base), or a folder with an OCI layout',
};

/** Signatures lie where the image does. */
const PUSHED: PositionalSpec = {
  name: 'REFERENCE',
  minimum: 1,
  maximum: 1,
  description: 'an image of a registry: ghcr.io/team/base:1.0.0, or with @ and its digest',
};

const PLATFORM: FlagSpec = {
  name: 'platform',
  kind: 'text',
  metavar: 'OS/ARCH',
  description: 'which of several images (default: the one for this machine)',
};

/** The verbs for images that are there, in the order of the help. */
export const IMAGE_VERBS: readonly VerbSpec[] = [
  {
    name: 'image diff',
    summary: 'say what differs between two images, down to the field of a file',
    positionals: [
      { ...IMAGE, name: 'A' },
      { ...IMAGE, name: 'B' },
    ],
    flags: [
      {
        name: 'layers',
        kind: 'switch',
        description: 'also the members of each pair of layers that is not the same',
      },
      PLATFORM,
    ],
    examples: [
      ['mobileops image diff base old/base.tar', 'exit code 0 when they are the same, 1 when they differ'],
      ['mobileops image diff base ghcr.io/team/base:1.0', 'with what was pushed'],
    ],
  },
  {
    name: 'image save',
    summary: 'write an image as one file, for docker load and others',
    positionals: [LAYOUT],
    flags: [
      {
        name: 'output',
        short: 'o',
        kind: 'text',
        metavar: 'FILE',
        description: 'where it goes; needed',
      },
      {
        name: 'format',
        kind: 'choice',
        metavar: 'FORMAT',
        choices: ['docker-archive', 'oci-archive'],
        description: 'docker-archive (default), or oci-archive: the OCI layout alone, with all platforms',
      },
      PLATFORM,
    ],
    examples: [
      ['mobileops image save base -o base.tar', 'with all its names; then: docker load -i base.tar'],
      ['mobileops image save base --format oci-archive -o base.tar', 'with all its platforms'],
    ],
  },
  {
    name: 'image size',
    summary: "say where an image's size comes from, and what is stored in vain",
    positionals: [{ ...IMAGE, name: 'IMAGE' }],
    flags: [PLATFORM],
    examples: [['mobileops image size image:ai', 'by layer, with its biggest files']],
  },
  {
    name: 'image run',
    summary: 'start an image in the sandbox, with its HEALTHCHECK',
    positionals: [
      { ...IMAGE, name: 'IMAGE' },
      {
        name: 'WORD',
        minimum: 0,
        maximum: Number.POSITIVE_INFINITY,
        description: 'behind `--`: the command, in place of CMD; ENTRYPOINT stays',
      },
    ],
    flags: [
      {
        name: 'until-healthy',
        kind: 'switch',
        description: 'stop it when it is healthy (exit code 0), or cannot become so (1)',
      },
      {
        name: 'timeout',
        kind: 'duration',
        metavar: 'TIME',
        description: 'with --until-healthy: wait no longer (exit code 1)',
      },
      {
        name: 'publish',
        short: 'p',
        kind: 'text',
        isRepeatable: true,
        metavar: 'HOST:PORT',
        description: 'a port of the machine for one of the image: 8080:80, 0:80 (any), 0.0.0.0:8080:80',
      },
      {
        name: 'env',
        short: 'e',
        kind: 'text',
        isRepeatable: true,
        metavar: 'NAME=VALUE',
        description: 'a variable; NAME alone is passed on',
      },
      {
        name: 'volume',
        short: 'v',
        kind: 'text',
        isRepeatable: true,
        metavar: 'PATH:AT[:ro]',
        description: 'a file or folder of the machine',
      },
      {
        name: 'network',
        kind: 'choice',
        metavar: 'WHICH',
        choices: ['none', 'host'],
        description: "none (default: loopback and what is published) or the machine's: host",
      },
      {
        name: 'interactive',
        short: 'i',
        kind: 'switch',
        description: 'pass on standard input where it is a terminal, too',
      },
      {
        name: 'tty',
        short: 't',
        kind: 'switch',
        description: 'a terminal of its own, with this one for it: keys, Ctrl-C too, go into the container',
      },
      {
        name: 'entrypoint',
        kind: 'text',
        metavar: 'PROGRAM',
        description: 'in place of ENTRYPOINT and CMD',
      },
      {
        name: 'stop-timeout',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'from STOPSIGNAL to SIGKILL when it is to end (default: 10s)',
      },
      PLATFORM,
    ],
    examples: [
      ['mobileops image run ai --until-healthy', 'exit code 0 when its HEALTHCHECK passes'],
      ['mobileops image run web -p 8080:80', 'http://127.0.0.1:8080 until Ctrl-C; then its exit code'],
      ['mobileops image run base -it -- bash', 'another command, at this terminal'],
    ],
  },
  {
    name: 'image sign',
    summary: 'sign an image that is in a registry, there, as cosign does',
    positionals: [PUSHED],
    flags: [
      {
        name: 'key',
        kind: 'text',
        metavar: 'FILE',
        isRepeatable: true,
        description: 'the private key, in PEM or sealed by cosign (default: SIGNING_KEY)',
      },
    ],
    examples: [
      [
        'mobileops image sign ghcr.io/team/base:1.0.0 --key cosign.key',
        'images of a release are signed by it',
      ],
    ],
  },
  {
    name: 'image verify',
    summary: 'check the signatures that a registry has for an image, by keys that you name',
    positionals: [PUSHED],
    flags: [
      {
        name: 'key',
        kind: 'text',
        metavar: 'FILE',
        isRepeatable: true,
        description: 'a public key in PEM, such as cosign.pub; needed',
      },
      ...ORIGIN_FLAGS,
    ],
    examples: [
      [
        'mobileops image verify ghcr.io/team/base:1.0.0 --key cosign.pub',
        'exit code 1 when it is not proved',
      ],
    ],
  },
];

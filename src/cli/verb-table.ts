import { APP_VERBS } from './app-verb-table.ts';
import { DEPS_VERBS } from './deps-verb-table.ts';
import { DOCTOR_VERBS } from './doctor-verb-table.ts';
import { IMAGE_VERBS } from './image-verb-table.ts';
import { INTEGRITY_VERBS } from './integrity-verb-table.ts';
import { METRICS_VERBS } from './metrics-verb-table.ts';
import { QUALITY_VERBS } from './quality-verb-table.ts';
import { RELEASE_VERBS } from './release-verb-table.ts';
import { RUN_FLAGS } from './run-flags.ts';
import { SBOM_VERBS } from './sbom-verb-table.ts';
import { SCAN_VERBS } from './scan-verb-table.ts';
import { SERVER_VERBS } from './server-verb-table.ts';
import { SIGNING_KEY_FLAGS, SIGNING_VERBS } from './signing-verb-table.ts';
import type { FlagSpec, PositionalSpec, VerbSpec } from './verb-spec.ts';

const TARGETS: PositionalSpec = {
  name: 'TARGET',
  isTarget: true,
  minimum: 0,
  maximum: Number.POSITIVE_INFINITY,
  description: 'all, a label (component:ai-core) or a name that is unique (default: all)',
};

const ONE_LABEL: PositionalSpec = {
  name: 'LABEL',
  isTarget: true,
  minimum: 1,
  maximum: 1,
  description: 'a label (component:ai-core) or a name that is unique',
};

const CHANNEL: FlagSpec = {
  name: 'channel',
  kind: 'text',
  metavar: 'NAME',
  description: 'within which versions and numbers rise (default: stable, or the kind of prerelease)',
};

const SBOM: FlagSpec = {
  name: 'sbom',
  kind: 'choice',
  metavar: 'FORMAT',
  choices: ['spdx', 'cyclonedx'],
  description: 'then write a bill of materials of each built image and app into dist/sbom',
};

/** Every verb of this version, in the order of the help. */
export const VERBS: readonly VerbSpec[] = [
  {
    name: 'build',
    summary: 'build targets and what they need',
    positionals: [TARGETS],
    flags: [...RUN_FLAGS, SBOM],
    examples: [
      ['mobileops build all', 'everything in the workspace'],
      ['mobileops build ai-core app:hybrid -k', 'two targets; a failure does not stop the other'],
    ],
  },
  {
    name: 'test',
    summary: 'build targets and run their tests',
    positionals: [TARGETS],
    flags: [
      {
        name: 'category',
        kind: 'choice',
        metavar: 'WHICH',
        choices: ['unit', 'integration', 'performance', 'device'],
        description: 'only tests of this category',
      },
      ...RUN_FLAGS,
    ],
    examples: [
      ['mobileops test network --category unit', 'the unit tests of one component and of what it needs'],
      [
        'mobileops test app:notes --category device',
        'the tests of an app in src/androidTest, on each device that adb lists, or on that of ANDROID_SERIAL',
      ],
    ],
  },
  ...QUALITY_VERBS,
  {
    name: 'images',
    summary: 'build container images (`build` of the targets image:…), and push them',
    positionals: [{ ...TARGETS, name: 'IMAGE', description: 'names of images (default: all of them)' }],
    flags: [
      ...RUN_FLAGS,
      SBOM,
      {
        name: 'push',
        kind: 'switch',
        description:
          'then push them, with all their tags, to the registry in REGISTRY (also PUSH_IMAGES=true)',
      },
    ],
    examples: [
      ['mobileops images base', 'the image of docker/Dockerfile.base, as an OCI layout in dist/images'],
      [
        'REGISTRY=ghcr.io/team mobileops images --push',
        "all of them, with the credentials of docker's login",
      ],
    ],
  },
  ...IMAGE_VERBS,
  ...APP_VERBS,
  ...SBOM_VERBS,
  ...SCAN_VERBS,
  {
    name: 'init',
    summary: 'write the build.yaml of an app that Gradle builds, and say what it could not carry over',
    positionals: [],
    flags: [
      {
        name: 'from-gradle',
        kind: 'text',
        metavar: 'FOLDER',
        description: 'the folder of the Gradle build (settings.gradle), or of its one module',
      },
      {
        name: 'module',
        kind: 'text',
        metavar: 'MODULE',
        description: 'the application that is meant, where there are several: :app',
      },
      { name: 'name', kind: 'text', metavar: 'NAME', description: "the app's name (default: the folder's)" },
    ],
    examples: [
      [
        'mobileops init --from-gradle mobile/notes',
        'writes mobile/notes/build.yaml, wherever below it the app lies',
      ],
    ],
  },
  {
    name: 'validate',
    summary: 'check the configuration and the lock; nothing is built',
    positionals: [],
    flags: [],
    examples: [['mobileops validate --json', 'all problems, for an editor']],
  },
  {
    name: 'graph',
    summary: 'show targets and what they need',
    positionals: [{ ...ONE_LABEL, minimum: 0, description: 'only this target and what it needs' }],
    flags: [
      { name: 'dot', kind: 'switch', description: 'as Graphviz' },
      { name: 'mermaid', kind: 'switch', description: 'as a Mermaid flowchart' },
    ],
    examples: [['mobileops graph --mermaid app:hybrid', 'what the app is made of, as a drawing']],
  },
  {
    name: 'why',
    summary: 'say why a target was built, or was not, the last time',
    positionals: [ONE_LABEL],
    flags: [],
    examples: [['mobileops why component:ai-core', 'which inputs had changed']],
  },
  {
    name: 'repro',
    summary: 'build twice under different conditions and say what differs, where it begins and why',
    positionals: [
      {
        ...TARGETS,
        name: 'LABEL',
        minimum: 1,
        description: 'all, labels (image:base) or names that are unique',
      },
    ],
    flags: [
      {
        name: 'apart',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'the second build begins so much later at the least (default: 3s)',
      },
      {
        name: 'second-in',
        kind: 'text',
        metavar: 'FOLDER',
        description:
          'where the second build works (default: the cache); another file system lists files in another order',
      },
      { name: 'keep', kind: 'switch', description: 'leave both builds on the disk, and say where' },
    ],
    examples: [
      ['mobileops repro image:base', 'exit code 0 when both are the same, 1 when they differ'],
      ['mobileops repro all --apart 61s', 'also what depends on the minute'],
      [
        'mobileops repro image:ai --second-in /dev/shm',
        'also what depends on the order of files, with the second build in memory',
      ],
    ],
  },
  {
    name: 'prepare',
    summary: 'fetch what the lock and the targets need into the cache',
    positionals: [TARGETS],
    flags: [
      { name: 'tests', kind: 'switch', description: 'also what only `mobileops test` needs' },
      {
        name: 'class-archives',
        kind: 'switch',
        description:
          'also archives of the classes of javac, D8, R8 and kotlinc, which start sooner with them',
      },
    ],
    examples: [
      ['mobileops prepare', 'afterwards a build needs no network'],
      ['mobileops prepare --class-archives', 'for builds of apps on this machine to take less, once'],
      ['mobileops prepare app:status --tests', 'and the tests of an app none either'],
    ],
  },
  ...DEPS_VERBS,
  {
    name: 'package',
    summary:
      'build all and put it into one archive, with its checksum and manifest; no release is made of it',
    positionals: [],
    flags: RUN_FLAGS,
    examples: [['mobileops package', 'in dist/package, with the version of build-config.yaml']],
  },
  {
    name: 'release',
    summary: 'build all and make the archive, its checksum, manifest, changelog, provenance and signatures',
    positionals: [
      { name: 'VERSION', minimum: 1, maximum: 1, description: 'a semantic version: v1.0.0' },
      { name: 'NOTES', minimum: 0, maximum: 1, description: 'a line for the people who get it' },
    ],
    flags: [
      { name: 'allow-dirty', kind: 'switch', description: 'also with changes that are not committed' },
      CHANNEL,
      {
        name: 'sign',
        kind: 'switch',
        description: 'fail where there is no key (SIGNING_KEY, or its default place)',
      },
      ...SIGNING_KEY_FLAGS,
      {
        name: 'past-gate',
        kind: 'text',
        metavar: 'TEXT',
        isRepeatable: true,
        description: 'release past a gate that is not green: "GATE: REASON", which the release records',
      },
      {
        name: 'unchecked',
        kind: 'text',
        metavar: 'REASON',
        description: 'release a commit that no `mobileops check` looked at; the release records why',
      },
      ...RUN_FLAGS,
    ],
    examples: [
      ['mobileops release v1.0.0 "First release"', 'its files in dist/release, a line in mobileops.versions'],
      ['mobileops release v1.4.7 --channel 1.x', 'a fix for an older line, after 2.0.0'],
      ['mobileops release v1.1.0 --key release.asc --key cosign.key', 'signed for gpg and for cosign'],
    ],
  },
  ...RELEASE_VERBS,
  ...SIGNING_VERBS,
  ...INTEGRITY_VERBS,
  {
    name: 'version show',
    summary: 'say what npm, wheels, images, Android and Apple call a version, and whether it is free',
    positionals: [
      {
        name: 'VERSION',
        minimum: 0,
        maximum: 1,
        description: 'a semantic version (default: BUILD_VERSION, or that of build-config.yaml)',
      },
    ],
    flags: [CHANNEL],
    examples: [['mobileops version show v1.2.0-beta.1', 'with its version code, 10200032']],
  },
  {
    name: 'version check',
    summary: 'check the ledger of released versions: no version twice, no number that goes down',
    positionals: [],
    flags: [],
    examples: [['mobileops version check', 'in CI, after branches were merged']],
  },
  ...SERVER_VERBS,
  ...METRICS_VERBS,
  ...DOCTOR_VERBS,
  {
    name: 'clean',
    summary: 'remove dist/ and build-cache/ of the workspace; the shared cache stays',
    positionals: [],
    flags: [],
    examples: [['mobileops clean', 'the next build takes its results from the cache']],
  },
  {
    name: 'cache stats',
    summary: 'how much the cache holds, and where it is',
    positionals: [],
    flags: [],
    examples: [['mobileops cache stats --json', '']],
  },
  {
    name: 'cache gc',
    summary: 'remove what was not used for longest',
    positionals: [],
    flags: [
      { name: 'max-size', kind: 'size', metavar: 'SIZE', description: 'what may stay (default: 10GiB)' },
      {
        name: 'grace',
        kind: 'duration',
        metavar: 'TIME',
        mayBeZero: true,
        description: 'younger blobs stay (default: 1h; 0s: none does)',
      },
    ],
    examples: [['mobileops cache gc --max-size 5GiB', 'keep the 5 GiB that were used last']],
  },
  {
    name: 'cache verify',
    summary: 'hash everything in the cache and remove what is damaged',
    positionals: [],
    flags: [],
    examples: [
      ['mobileops cache verify', 'exit code 0 also where something was damaged: a build makes it again'],
    ],
  },
  {
    name: 'cache clear',
    summary: 'remove all results and blobs',
    positionals: [],
    flags: [],
    examples: [['mobileops cache clear', '']],
  },
  {
    name: 'completion',
    summary: 'print the completion script of a shell',
    positionals: [{ name: 'SHELL', minimum: 1, maximum: 1, description: 'bash, zsh or fish' }],
    flags: [],
    examples: [['source <(mobileops completion bash)', 'for this shell; put it into ~/.bashrc for all']],
  },
];

/** Part of the plan, not of this version: refused by name. */
export const LATER_VERBS: readonly string[] = ['rebuild', 'watch'];

/** What other tools call it, and the verb here. */
export const OTHER_WORDS: Readonly<Record<string, string>> = {
  explain: 'why',
  lint: 'check',
  ...{ audit: 'deps audit', outdated: 'deps outdated', licenses: 'deps licenses', lock: 'deps lock' },
  ...{ run: 'image run', push: 'images --push', upload: 'publish', upgrade: 'update', setup: 'prepare' },
};

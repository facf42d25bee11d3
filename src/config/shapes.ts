/**
 * The shape of the YAML files: the one source of the checks, the JSON Schemas and the reference page.
 * A pattern's error is a name of `FORMATS`, from which the diagnostic is made.
 */
import { z } from 'zod';
import { androidShape } from './android-shape.ts';
import { gradleShape } from './gradle-shape.ts';
import { iosShape } from './ios-shape.ts';
import { qualityShape } from './quality-shape.ts';
import { serveShape } from './serve-shape.ts';
import { formatted, text } from './texts.ts';
import { webShape } from './web-shape.ts';

export const API_VERSION = 'build.mobileops.io/v1';

const name = () => formatted('name');

export const NAME = name();

const env = () =>
  z
    .record(formatted('variable'), z.string())
    .describe('Environment variables. Numbers and booleans are taken as they are written.');
const network = () => z.boolean().describe("Whether steps have the host's network.");
const stamp = () =>
  z
    .boolean()
    .describe(
      'Whether steps receive BUILD_VERSION, BUILD_NUMBER, BUILD_ID, GIT_COMMIT and the time of the commit. They then run again for each commit.',
    );
const timeout = () =>
  formatted('duration').describe('A step that takes longer is ended and fails; one hour unless told.');
const cache = () => z.boolean().describe('`false` runs the steps in every build.');
const resources = () =>
  z
    .strictObject({
      cpus: z.number().positive().max(1024).optional().describe('Processors that a step keeps busy.'),
      memory: formatted('size').optional().describe('Memory that a step needs at its peak.'),
    })
    .describe('What the scheduler reserves for a step.');

/** The additions that every target has. */
const targetKeys = {
  needs: z
    .array(text())
    .default([])
    .describe('Targets that are built first: labels (`component:network`), or names where they are unique.'),
  inputs: z
    .array(formatted('path'))
    .optional()
    .describe(
      "Patterns of the source files, relative to the target's folder. All files that git does not ignore unless told.",
    ),
  outputs: z
    .array(formatted('path'))
    .optional()
    .describe(
      'What leaves the target. Unless told: the paths of `artifacts`, else what differs from the sources.',
    ),
  env: env().default({}),
  network: network().default(false),
  stamp: stamp().default(false),
  resources: resources().optional(),
  timeout: timeout().optional(),
  cache: cache().default(true),
};

const metadata = z.strictObject({ name: name().describe('Its name.') }).describe('What the file is about.');

export const head = <K extends string>(kind: K) => ({
  apiVersion: z.literal(API_VERSION).describe('The version of the format.'),
  kind: z.literal(kind).describe('What the file describes.'),
  metadata,
});

/** What a global step may name by `uses` in place of a command. */
export const PHASES = [
  'prepare',
  'validate',
  'build',
  'images',
  'test',
  'check',
  'scan',
  'package',
  'release',
  'publish',
] as const;

const globalArtifact = z.discriminatedUnion('type', [
  z.strictObject({
    name: name().describe('Its name.'),
    type: z
      .literal('tarball')
      .describe('A tar archive of what a target leaves in `dist/`: `dist/artifacts/<name>.tar.gz`.'),
    path: formatted('path').describe(
      'The folder or file in `dist/`: `dist/scripts/`, `dist/components/<name>/…`.',
    ),
    compression: z
      .enum(['gzip', 'zstd', 'none'])
      .default('gzip')
      .describe('How the archive is compressed: `.tar.gz`, `.tar.zst`, `.tar`.'),
  }),
  z.strictObject({
    name: name().describe('Its name.'),
    type: z.literal('container').describe("The workspace's container images. At most one entry."),
    registry: text().default('ghcr.io/spiralgang').describe('Where images are published.'),
    tags: z
      .array(formatted('tag'))
      .min(1)
      .default(['latest'])
      .describe('Tags of each image; the version is always one of them too.'),
  }),
  z.strictObject({
    name: name().describe('Its name.'),
    type: z.literal('mobile').describe("The workspace's apps."),
    platforms: z
      .array(z.enum(['android', 'ios', 'pwa', 'hybrid']))
      .min(1)
      .default(['android', 'ios'])
      .describe('Platforms whose apps are meant; a note for each that no app has.'),
    signing: z
      .boolean()
      .default(false)
      .describe(
        'Whether apps are signed: each app names its key in `android.signing`, and there is a note for one that names none.',
      ),
  }),
  z.strictObject({
    name: name().describe('Its name.'),
    type: z
      .enum(['binary', 'data'])
      .describe('What a target leaves in `dist/` as it is: `dist/artifacts/<name>/`.'),
    path: formatted('path').describe('The file or folder in `dist/`: `dist/components/<name>/…`.'),
  }),
]);

export const buildConfigurationShape = z.strictObject({
  ...head('BuildConfiguration'),
  spec: z
    .strictObject({
      version: formatted('version').describe(
        'Semantic version of the platform; the default of BUILD_VERSION.',
      ),
      buildEnvironment: z
        .strictObject({
          baseImage: text()
            .optional()
            .describe(
              'The image of the build root. This version shows steps the host in its place, with a note.',
            ),
          architecture: z
            .array(z.enum(['amd64', 'arm64']))
            .min(1)
            .optional()
            .describe(
              'Processor architectures of the results. Images are built for each of them; what cannot be made for one on the building machine is told in a note. Components and apps are built for the machine that builds.',
            ),
          timezone: formatted('timezone').default('UTC').describe('TZ of every step.'),
          locale: formatted('locale')
            .default('C.UTF-8')
            .describe('LC_ALL of every step; C.UTF-8, with a note, where the machine lacks it.'),
        })
        .optional()
        .describe('What every step sees.'),
      dependencies: z
        .strictObject({
          system: z
            .array(text())
            .default([])
            .describe('System packages: looked for on the host, installed in images.'),
          python: z
            .array(formatted('path'))
            .default([])
            .describe('Requirement files that constrain every component.'),
          node: z
            .array(formatted('path'))
            .default([])
            .describe(
              'npm manifests of the root: they must be JSON. Targets install the packages of their own package.json, so there is a note.',
            ),
        })
        .optional()
        .describe('What must be there.'),
      buildSteps: z
        .array(
          z.strictObject({
            name: name().describe('Its name.'),
            command: text().optional().describe('A shell command, run at the root.'),
            uses: z.enum(PHASES).optional().describe('A built-in phase in place of a command.'),
            timeout: formatted('duration')
              .optional()
              .describe(
                'A step that takes longer is ended and fails; what `mobileops ci --step-limit` says unless told.',
              ),
          }),
        )
        .default([])
        .describe(
          'What `mobileops ci` runs at the root, in this order. `mobileops build` leaves them alone, with a note.',
        ),
      artifacts: z
        .array(globalArtifact)
        .default([])
        .describe('What lands in `dist/` beside the results of the targets.'),
      quality: qualityShape.optional(),
      imagePrefix: z
        .string()
        .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*[._-]*$/, { error: 'name' })
        .default('mobileops-')
        .describe("What stands before an image's name in FROM and in the registry."),
      runNetwork: z
        .boolean()
        .default(false)
        .describe(
          "Whether a RUN of a Dockerfile has the machine's network where it does not say `--network` itself.",
        ),
      sandboxRoot: z
        .enum(['host', 'baseImage'])
        .default('host')
        .describe(
          'The root that steps see: the packaged system of the host. `baseImage` is refused by this version.',
        ),
    })
    .describe('What the platform is made of.'),
});

const artifactPath = formatted('path').describe("The file or folder, relative to the component's folder.");

export const componentBuildShape = z.strictObject({
  ...head('ComponentBuild'),
  spec: z
    .strictObject({
      dependencies: z.array(text()).default([]).describe('Python requirements: `numpy>=1.24.0`.'),
      buildSteps: z
        .array(
          z.strictObject({
            name: name().describe('Its name.'),
            command: text().describe("Run by `bash -c` in the component's folder."),
            env: env().optional(),
            network: network().optional(),
            stamp: stamp().optional(),
            timeout: timeout().optional(),
            cache: cache().optional(),
            resources: resources().optional(),
            staging: z
              .literal('copy')
              .optional()
              .describe('`copy` gives the step plain copies in place of an overlay.'),
          }),
        )
        .optional()
        .describe(
          'A chain of commands. Unless told: `./build.sh`, `make build` or `npm run build`, whichever is there.',
        ),
      tests: z
        .strictObject({
          unit: formatted('path').optional().describe('Unit tests.'),
          integration: formatted('path').optional().describe('Integration tests.'),
          performance: formatted('path').optional().describe('Performance tests.'),
        })
        .optional()
        .describe('Test files or folders, run by `mobileops test`.'),
      artifacts: z
        .array(
          z.strictObject({
            name: name().describe('Its name.'),
            path: artifactPath,
            type: z.enum(['binary', 'data', 'tarball']).describe('What it is; `tarball` packs it.'),
          }),
        )
        .default([])
        .describe('What lands in `dist/components/<name>`.'),
      ...targetKeys,
      serve: serveShape.optional(),
    })
    .describe('How the component is built.'),
});

export const mobileBuildShape = z.strictObject({
  ...head('MobileBuild'),
  spec: z
    .strictObject({
      platform: z.enum(['android', 'ios', 'pwa', 'hybrid']).describe('What kind of app it is.'),
      web: webShape.optional().describe('PWA: how the site is built.'),
      site: text().optional().describe('Hybrid: the app whose site is shown, `app:webapp`. Required there.'),
      android: androidShape
        .optional()
        .describe('Android and hybrid apps. Required for hybrid ones, and for Android ones without Gradle.'),
      gradle: gradleShape.optional(),
      ios: iosShape.optional(),
      manifest: z
        .record(z.string(), z.unknown())
        .optional()
        .describe("PWA: fields that complete the app's web manifest."),
      ...targetKeys,
      serve: z
        .unknown()
        .optional()
        .describe('Reserved: how an app is shown. Refused by this version when the target is built.'),
    })
    .describe('How the app is built.'),
});

export type RawBuildConfiguration = z.output<typeof buildConfigurationShape>;
export type RawComponentBuild = z.output<typeof componentBuildShape>;
export type RawMobileBuild = z.output<typeof mobileBuildShape>;

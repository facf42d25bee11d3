/** The shape of `docker/<name>.yaml`; see `shapes.ts` for how shapes are read. */
import { z } from 'zod';
import { head } from './shapes.ts';
import { formatted, text } from './texts.ts';

const argv = (meaning: string) => z.array(z.string()).min(1).optional().describe(meaning);
const MAX_ID = 4_294_967_294;
const id = () => z.number().int().min(1).max(MAX_ID);

const user = z.strictObject({
  name: formatted('account').describe('Its name.'),
  uid: id().describe('Its number.'),
  gid: id()
    .optional()
    .describe(
      'The number of its group; a group of its own name and number is made unless one has the number.',
    ),
  home: formatted('imagePath').optional().describe('Its home, which is made; none unless told.'),
  shell: formatted('imagePath').optional().describe('Its shell; one that lets nobody log in unless told.'),
  groups: z.array(formatted('account')).default([]).describe('Other groups that the image has.'),
});

const owned = {
  path: formatted('imagePath').describe('Where it is in the image.'),
  owner: formatted('owner').default('root').describe('The user whose it is: a name, or a number in quotes.'),
  group: formatted('owner').default('root').describe('The group whose it is: a name, or a number in quotes.'),
};
const mode = (standard: string) =>
  formatted('mode').default(standard).describe('Its permissions, in quotes and in octal digits.');

const path = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('directory').describe('A folder.'), ...owned, mode: mode('0755') }),
  z.strictObject({
    type: z.literal('link').describe('A symbolic link.'),
    ...owned,
    target: text().describe('Where it points.'),
  }),
  z.strictObject({
    type: z.literal('file').describe('A copy of a file of the workspace.'),
    ...owned,
    source: formatted('path').describe('The file, relative to the workspace.'),
    mode: mode('0644'),
  }),
]);

const healthcheck = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .describe('The command and its arguments; it is well when it ends with 0.'),
  interval: formatted('duration').optional().describe('Time between two checks.'),
  timeout: formatted('duration').optional().describe('A check that takes longer has failed.'),
  startPeriod: formatted('duration').optional().describe('Time in which failures do not count.'),
  startInterval: formatted('duration').optional().describe('Time between two checks in the start period.'),
  retries: z.number().int().min(1).max(1000).optional().describe('How many failures in a row count.'),
});

export const imageBuildShape = z.strictObject({
  ...head('ImageBuild'),
  spec: z
    .strictObject({
      from: formatted('distribution').describe(
        'The distribution and its release: `debian:bookworm`, `ubuntu:noble`, or by number, `debian:12`.',
      ),
      components: z
        .array(formatted('component'))
        .min(1)
        .default(['main'])
        .describe('Components of the archive that packages come from.'),
      packages: z
        .array(formatted('package'))
        .default([])
        .describe(
          'Packages: `name` or `name=version`. What they depend on comes too, what they recommend does not.',
        ),
      essential: z
        .boolean()
        .default(true)
        .describe(
          'Whether the packages that every system of the distribution has are in it. `false` only with `scripts: none`.',
        ),
      updates: z
        .boolean()
        .default(true)
        .describe(
          'Whether packages come from the updates and security updates of the release too. `false` takes the release as it came out, whose versions mirrors keep.',
        ),
      scripts: z
        .enum(['run', 'none'])
        .default('run')
        .describe(
          '`run`: maintainer scripts run in the sandbox, and images may build on this one by RUN. `none`: packages are unpacked only, for an image that nothing builds on.',
        ),
      users: z.array(user).default([]).describe('Users beside those of the packages.'),
      paths: z
        .array(path)
        .default([])
        .describe('Folders, links and files beside those of the packages, in this order.'),
      env: z
        .record(formatted('variable'), z.string())
        .default({})
        .describe('Environment variables of containers. Numbers and booleans are taken as they are written.'),
      labels: z.record(text(), z.string()).default({}).describe('Labels of the image.'),
      workdir: formatted('imagePath').optional().describe('Where commands of containers start.'),
      user: z
        .string()
        .regex(/^[a-z0-9_][a-z0-9_-]{0,31}(:[a-z0-9_][a-z0-9_-]{0,31})?$/, { error: 'owner' })
        .optional()
        .describe('Who runs them: a user, or `user:group`; root unless told.'),
      entrypoint: argv('The command that a container starts, and its first arguments.'),
      cmd: argv(
        'Arguments that whoever starts a container may replace; the command where there is no entrypoint.',
      ),
      expose: z.array(formatted('port')).default([]).describe('Ports that services listen on, in quotes.'),
      volumes: z
        .array(formatted('imagePath'))
        .default([])
        .describe('Places of data that outlives a container.'),
      stopSignal: formatted('signal').optional().describe('The signal that ends a container.'),
      healthcheck: healthcheck.optional().describe('How a container is asked whether it is well.'),
    })
    .describe('What the image is made of.'),
});

export type RawImageBuild = z.output<typeof imageBuildShape>;

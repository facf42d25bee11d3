import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { npmProgram } from './npm-tool.ts';
import { inComponent, type Tool } from './tool.ts';

const PROGRAM = `@moonrepo/core-linux-${process.arch}-gnu/moon`;

export const moonTool: Tool = {
  name: 'moon',
  note: 'moon.yml, system toolchain',
  ...npmProgram('@moonrepo/cli', PROGRAM),
  ...inComponent,
  restores: true,
  files({ components }) {
    const files = new Map([
      [
        '.moon/workspace.yml',
        "projects:\n  - 'components/*'\ntelemetry: false\nvcs:\n  client: git\n  defaultBranch: main\n",
      ],
    ]);
    for (const { name, needs } of components) {
      const lines = [
        ...(needs.length > 0 ? [`dependsOn: [${needs.join(', ')}]`] : []),
        'tasks:',
        '  build:',
        `    script: '${COMMAND}'`,
        "    outputs: ['dist/out.txt']",
        "    deps: ['^:build']",
        '    options:',
        '      runInCI: true',
      ];
      files.set(`components/${name}/moon.yml`, `${lines.join('\n')}\n`);
    }
    return files;
  },
  command: ({ modules }) => ({
    argv: [join(modules, PROGRAM), 'run', ':build', '--summary', 'minimal'],
    env: { MOON_TELEMETRY: 'false', MOON_TOOLCHAIN_FORCE_GLOBALS: 'true' },
  }),
  caches: () => ['.moon/cache'],
  /** A finished task is `name:build (7ms, 7d7da377)`, one from the cache says `(cached, …)`. */
  ran: (output) => output.match(/:build \(\d[^,()]*, [0-9a-f]{8}\)/g)?.length ?? 0,
};

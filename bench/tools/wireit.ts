import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { npmProgram, npmWorkspace } from './npm-tool.ts';
import { inComponent, json, numberIn, type Tool } from './tool.ts';

const PROGRAM = 'wireit/bin/wireit.js';

export const wireitTool: Tool = {
  name: 'wireit',
  note: 'started directly, with the variables that npm would give it',
  ...npmProgram('wireit', PROGRAM),
  ...inComponent,
  restores: true,
  files(workspace) {
    const files = npmWorkspace(workspace, ({ needs }) => ({
      scripts: { build: 'wireit' },
      wireit: {
        build: {
          command: COMMAND,
          files: ['src/**'],
          output: ['dist/**'],
          dependencies: needs.map((each) => `../${each}:build`),
          packageLocks: [],
        },
      },
    }));
    const dependencies = workspace.components.map(({ name }) => `./components/${name}:build`);
    const root = {
      name: 'bench',
      private: true,
      workspaces: ['components/*'],
      scripts: { build: 'wireit' },
      wireit: { build: { dependencies } },
    };
    return files.set('package.json', json(root));
  },
  command: ({ modules, root }) => ({
    argv: [process.execPath, join(modules, PROGRAM)],
    env: {
      npm_lifecycle_event: 'build',
      npm_package_json: join(root, 'package.json'),
      npm_config_user_agent: 'npm/11.0.0',
      npm_execpath: 'npm',
      WIREIT_LOGGER: 'quiet-ci',
      WIREIT_CACHE: 'local',
    },
  }),
  caches: () => ['.wireit'],
  ran: (output) => numberIn(output, /Ran (\d+) scripts?/),
};

import { join } from 'node:path';
import { npmProgram, npmWorkspace } from './npm-tool.ts';
import { inComponent, json, numberIn, type Tool } from './tool.ts';

const PROGRAM = '@turbo/linux-64/bin/turbo';

/**
 * Turbo starts `npm run build` for each task and has no setting for another command; with `isBare` a script named `npm`
 * that is the command itself stands first in PATH, so that Node's and npm's start are not what is measured.
 */
function turbo(isBare: boolean): Tool {
  return {
    name: isBare ? 'turbo' : 'turbo-npm',
    note: isBare
      ? 'no daemon; a two-line script named npm runs the bare command in place of npm'
      : 'no daemon; runs the command by npm, as installed',
    ...npmProgram('turbo', architectureProgram()),
    ...inComponent,
    restores: true,
    files(workspace) {
      const task = { dependsOn: ['^build'], outputs: ['dist/**'] };
      return npmWorkspace(workspace).set('turbo.json', json({ daemon: false, tasks: { build: task } }));
    },
    command: ({ modules, scratch }) => ({
      argv: [
        join(modules, architectureProgram()),
        'run',
        'build',
        '--output-logs=errors-only',
        '--ui=stream',
      ],
      env: {
        TURBO_TELEMETRY_DISABLED: '1',
        TURBO_NO_UPDATE_NOTIFIER: '1',
        TURBO_DAEMON: 'false',
        ...(isBare ? { BENCH_FIRST_PATH: join(scratch, 'bin') } : {}),
      },
    }),
    caches: () => ['.turbo', 'node_modules/.cache'],
    ran(output) {
      const cached = numberIn(output, /Cached:\s+(\d+) cached/);
      const total = numberIn(output, /Cached:\s+\d+ cached, (\d+) total/);
      return cached === undefined || total === undefined ? undefined : total - cached;
    },
  };
}

function architectureProgram(): string {
  return process.arch === 'arm64' ? PROGRAM.replace('linux-64', 'linux-arm64') : PROGRAM;
}

export const turboTools = [turbo(true), turbo(false)];

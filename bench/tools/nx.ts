import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { npmProgram } from './npm-tool.ts';
import { inComponent, json, numberIn, type Tool, type ToolPlace } from './tool.ts';

const PROGRAM = 'nx/dist/bin/nx.js';

function nx(hasDaemon: boolean): Tool {
  const command = ({ modules }: ToolPlace, ...words: string[]): ReturnType<Tool['command']> => ({
    argv: [process.execPath, join(modules, PROGRAM), ...words],
    env: { NX_DAEMON: String(hasDaemon), NX_NO_CLOUD: 'true', NX_TUI: 'false', DO_NOT_TRACK: '1' },
  });
  const base: Tool = {
    name: hasDaemon ? 'nx-daemon' : 'nx',
    note: hasDaemon
      ? 'project.json, run-commands; its daemon is up'
      : 'project.json, run-commands; no daemon',
    ...npmProgram('nx', PROGRAM),
    ...inComponent,
    restores: true,
    files({ components }) {
      const build = { dependsOn: ['^build'], outputs: ['{projectRoot}/dist'], cache: true };
      const files = new Map([
        ['package.json', json({ name: 'bench', private: true })],
        ['nx.json', json({ analytics: false, targetDefaults: { build }, neverConnectToCloud: true })],
      ]);
      for (const { name, needs } of components) {
        const options = { command: COMMAND, cwd: `components/${name}` };
        const targets = { build: { executor: 'nx:run-commands', options } };
        const root = `components/${name}`;
        files.set(`${root}/project.json`, json({ name, root, implicitDependencies: needs, targets }));
      }
      return files;
    },
    command: (place) => command(place, 'run-many', '-t', 'build', '--outputStyle=static'),
    caches: () => ['.nx', 'node_modules/.cache'],
    ran(output) {
      const total = numberIn(output, /Successfully ran target build for (\d+) project/);
      if (total === undefined) return undefined;
      return total - (numberIn(output, /instead of running the command for (\d+) out of/) ?? 0);
    },
  };
  if (!hasDaemon) return base;
  return { ...base, stop: (place) => command(place, 'daemon', '--stop'), left: daemonOf };
}

/** None while the daemon is writing the file. */
function daemonOf({ root }: ToolPlace): number[] {
  try {
    const text = readFileSync(join(root, '.nx/workspace-data/d/server-process.json'), 'utf8');
    return [(JSON.parse(text) as { processId: number }).processId];
  } catch {
    return [];
  }
}

export const nxTools = [nx(false), nx(true)];

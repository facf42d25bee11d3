import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { COMMAND } from '../workspace.ts';
import { npmProgram, npmWorkspace } from './npm-tool.ts';
import { inComponent, numberIn, type Tool } from './tool.ts';

const PROGRAM = 'lage/dist/lage.js';

const CONFIG = `module.exports = {
  npmClient: 'npm',
  pipeline: {
    build: {
      type: 'worker',
      dependsOn: ['^build'],
      outputs: ['dist/**'],
      options: { worker: require('node:path').join(__dirname, 'build-worker.cjs') },
    },
  },
  cacheOptions: { outputGlob: ['dist/**'], internalCacheFolder: undefined },
};
`;

/** Lage runs \`npm run build\` or a function in its worker; the function starts the bare command. */
const WORKER = `const { spawn } = require('node:child_process');
module.exports = ({ target }) =>
  new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', ${JSON.stringify(COMMAND)}], { cwd: target.cwd, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(String(code)))));
  });
`;

export const lageTool: Tool = {
  name: 'lage',
  note: 'a worker function starts the bare command in place of npm',
  ...npmProgram('lage', PROGRAM),
  ...inComponent,
  restores: true,
  files: (workspace) => npmWorkspace(workspace).set('lage.config.js', CONFIG).set('build-worker.cjs', WORKER),
  command: ({ modules }) => ({
    argv: [
      process.execPath,
      join(modules, PROGRAM),
      'build',
      `--concurrency=${availableParallelism()}`,
      '--reporter=default',
    ],
    env: { BACKFILL_CACHE_PROVIDER: 'local' },
  }),
  caches: () => ['node_modules/.cache'],
  ran: (output) => numberIn(output, /success: (\d+)/i),
};

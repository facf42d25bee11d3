import { basename, dirname } from 'node:path';
import { DEFAULT_RESOURCES, encodeAction, makeTree, type PlannedAction } from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import { actionEnvironment } from './environment.ts';
import type { ReadyAction } from './executor.ts';

const COMMAND =
  'echo x > c && rm a && echo y >> b && mkdir d && test ! -e a && test "$(cat /proc/self/comm)" != ""';
const SCRIPT = `const fs = require('node:fs');
fs.writeFileSync('c', 'x');
fs.rmSync('a');
fs.appendFileSync('b', 'y');
fs.mkdirSync('d');
if (fs.existsSync('a') || fs.readFileSync('/proc/self/comm', 'utf8') === '') throw new Error('not as written');`;
const NODE = '/tools/mobileops-node';

/** Writes, replaces and deletes in an overlay, to see whether the machine allows all of it. */
export function probeAction(cas: Cas): ReadyAction {
  return probing(cas, { argv: ['/bin/sh', '-c', COMMAND] });
}

/** The same by a script of Node, started as our own commands are. */
export function ownProbeAction(cas: Cas, nodePath: string, script = SCRIPT): ReadyAction {
  const programs = [{ at: NODE, hostPath: dirname(nodePath) }];
  return probing(cas, { argv: [`${NODE}/${basename(nodePath)}`, '-e', script], programs });
}

function probing(cas: Cas, own: Pick<PlannedAction, 'argv' | 'programs'>): ReadyAction {
  const digest = cas.put('probe');
  const work = makeTree({
    files: [
      { name: 'a', digest, isExecutable: false },
      { name: 'b', digest, isExecutable: false },
    ],
  });
  const env = actionEnvironment({ timezone: 'UTC', locale: 'C.UTF-8' }, {});
  const command = { argv: own.argv, env, outputPaths: [''], workingDirectory: 'w' };
  return {
    planned: {
      id: 'probe',
      owner: undefined,
      mnemonic: 'Probe',
      description: 'try the sandbox',
      ...own,
      env: {},
      work: { kind: 'tree', tree: work },
      mounts: [],
      outputs: [''],
      network: false,
      timeoutMs: 30_000,
      resources: DEFAULT_RESOURCES,
      staging: 'overlay',
      isCacheable: false,
    },
    work,
    mounts: [],
    env,
    encoded: encodeAction({
      command,
      inputRoot: work.digest,
      timeoutMs: 0,
      isCacheable: false,
      salt: '',
      platform: {},
    }),
  };
}

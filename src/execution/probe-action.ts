import { DEFAULT_RESOURCES, encodeAction, makeTree } from '../action/index.ts';
import type { Cas } from '../cas/index.ts';
import { actionEnvironment } from './environment.ts';
import type { ReadyAction } from './executor.ts';

/** Writes, replaces and deletes in an overlay, to see whether the machine allows all of it. */
export function probeAction(cas: Cas): ReadyAction {
  const digest = cas.put('probe');
  const work = makeTree({
    files: [
      { name: 'a', digest, isExecutable: false },
      { name: 'b', digest, isExecutable: false },
    ],
  });
  const argv = [
    '/bin/sh',
    '-c',
    'echo x > c && rm a && echo y >> b && mkdir d && test ! -e a && test "$(cat /proc/self/comm)" != ""',
  ];
  const env = actionEnvironment({ timezone: 'UTC', locale: 'C.UTF-8' }, {});
  const command = { argv, env, outputPaths: [''], workingDirectory: 'w' };
  return {
    planned: {
      id: 'probe',
      owner: undefined,
      mnemonic: 'Probe',
      description: 'try the sandbox',
      argv,
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

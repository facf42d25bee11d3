/** Python programs that read what we make; nothing of ours needs them. `.ci/run` installs them where this variable says. */
import { spawnSync } from 'node:child_process';

export const PEER_PYTHON = process.env.MOBILEOPS_TEST_PYTHON ?? 'python3';

/** Why a test that imports the module cannot be run. */
export function missingModule(name: string): string | undefined {
  return spawnSync(PEER_PYTHON, ['-c', `import ${name}`]).status === 0
    ? undefined
    : `not run: no ${name} for the Python of MOBILEOPS_TEST_PYTHON (pip install ${name})`;
}

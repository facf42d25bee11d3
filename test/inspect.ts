/** What programs of others say of something that we made. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';

/** A part of a test that needs a program of this machine: skipped by name where there is none. */
export function inspect(
  t: TestContext,
  argv: readonly string[],
  look: (text: string) => void | Promise<void>,
): Promise<void> {
  const [program, verb = ''] = argv;
  return t.test(`${program}${verb.startsWith('/') ? '' : ` ${verb}`} tells it`, (part) => {
    const { error, status, stdout, stderr } = spawnSync(argv[0]!, argv.slice(1), {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (error && 'code' in error && error.code === 'ENOENT')
      return part.skip(`not run: ${argv[0]} is missing`);
    if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}${stdout}${error ?? ''}`);
    return look(stdout);
  });
}

import { join } from 'node:path';
import type { Host } from '../../host/index.ts';

const NAMES = Array.from({ length: 16 }, (_, index) => `file-${index}`);

/**
 * Whether folders of two places list the same files in another order when those of the second are made in the opposite one:
 * found out by trying. Where they do not, that order is not varied.
 */
export async function isOrderVaried(
  host: Pick<Host, 'fs' | 'processes' | 'env'>,
  first: string,
  second: string,
): Promise<boolean> {
  const { fs, env } = host;
  const name = `mobileops-order-${env.pid}-${Math.floor(env.random() * 2 ** 32).toString(16)}`;
  const probes = [join(first, `${name}-a`), join(second, `${name}-b`)] as const;
  try {
    const [one, two] = [
      await listed(host, probes[0], NAMES),
      await listed(host, probes[1], NAMES.toReversed()),
    ];
    return one !== undefined && two !== undefined && one !== two;
  } catch {
    return false;
  } finally {
    for (const probe of probes) fs.remove(probe);
  }
}

async function listed(
  { fs, processes }: Pick<Host, 'fs' | 'processes'>,
  folder: string,
  names: readonly string[],
): Promise<string | undefined> {
  fs.makeDirectory(folder, 0o700);
  for (const name of names) fs.createFile(join(folder, name), '');
  const done = await processes.run(['ls', '-f', folder], { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } });
  if (done.code !== 0) return undefined;
  const lines = Buffer.from(done.stdout).toString().split('\n');
  return lines.filter((name) => name.startsWith('file-')).join();
}

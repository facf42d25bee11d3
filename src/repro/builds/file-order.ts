import { join } from 'node:path';
import type { Host } from '../../host/index.ts';

const NAMES = Array.from({ length: 16 }, (_, index) => `file-${index}`);

/**
 * Whether folders of the file system at `folder` list their files in an order that follows from the order of their making:
 * found out by two of them. Where they do not, that order cannot be varied.
 */
export async function keepsOrder(host: Pick<Host, 'fs' | 'processes'>, folder: string): Promise<boolean> {
  const { fs } = host;
  const probe = join(folder, `order-${NAMES.length}`);
  try {
    const orders = [NAMES, [...NAMES].reverse()].map((names, index) => {
      const path = join(probe, String(index));
      fs.makeDirectory(path);
      for (const name of names) fs.writeFile(join(path, name), '');
      return path;
    });
    const listed: string[] = [];
    for (const path of orders) {
      const done = await host.processes.run(['ls', '-f', path], {
        env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
      });
      if (done.code !== 0) return false;
      listed.push(
        Buffer.from(done.stdout)
          .toString()
          .split('\n')
          .filter((name) => name.startsWith('file-'))
          .join(),
      );
    }
    return listed[0] !== listed[1];
  } catch {
    return false;
  } finally {
    fs.remove(probe);
  }
}

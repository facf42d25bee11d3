import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENCES = ['MIT', 'ISC', 'Apache-2.0', 'BSD-3-Clause', '(MIT OR Apache-2.0)'] as const;

/** A folder with a `package-lock.json` of so many packages, always the same: none of them is in any registry. */
export function makeLock(folder: string, count: number): void {
  const names = Array.from({ length: count }, (_, at) =>
    at % 7 === 0 ? `@bench-${at % 50}/package-${at}` : `bench-package-${at}`,
  );
  const wanted = (from: number): Record<string, string> =>
    Object.fromEntries([1, 2, 3].map((step) => [names[(from * step + 7 * step) % count]!, '^1.0.0']));
  const packages: Record<string, object> = {
    '': {
      name: 'bench',
      version: '1.0.0',
      dependencies: Object.fromEntries(
        names.filter((_, at) => at % 10 === 0).map((name) => [name, '^1.0.0']),
      ),
    },
  };
  for (const [at, name] of names.entries()) {
    const hash = createHash('sha512').update(name).digest('base64');
    packages[`node_modules/${name}`] = {
      version: `${at % 9}.${at % 17}.${at % 5}`,
      resolved: `https://registry.example/${name}/-/package-${at}.tgz`,
      integrity: `sha512-${hash}`,
      ...(at % 10 === 1 ? { dev: true } : {}),
      license: LICENCES[at % LICENCES.length],
      dependencies: wanted(at),
    };
  }
  const lock = { name: 'bench', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package-lock.json'), `${JSON.stringify(lock, undefined, 2)}\n`);
}

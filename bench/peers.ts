import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The peers from npm, pinned; they live outside the repository and are installed once. */
const PACKAGES = {
  turbo: '2.11.11',
  nx: '24.0.6',
  '@moonrepo/cli': '2.5.5',
  lage: '2.17.0',
  wireit: '0.14.13',
};

const PROGRAMS = { make: 'make', ninja: 'ninja-build' };

/** Installs what is absent and gives the folder of the modules; what fails is reported by the tools as missing. */
export function installPeers(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'mobileops-bench', 'peers');
  const manifest = `${JSON.stringify({ private: true, dependencies: PACKAGES }, undefined, 2)}\n`;
  const file = join(folder, 'package.json');
  const stamp = join(folder, 'installed');
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== manifest) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, manifest);
    if (attempt('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], folder))
      writeFileSync(stamp, manifest);
  }
  for (const [program, debian] of Object.entries(PROGRAMS)) {
    if (process.getuid?.() !== 0 || attempt(program, ['--version'], folder)) continue;
    attempt('apt-get', ['install', '-y', debian], folder);
  }
  return join(folder, 'node_modules');
}

function attempt(program: string, args: readonly string[], cwd: string): boolean {
  try {
    execFileSync(program, args, { cwd, stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

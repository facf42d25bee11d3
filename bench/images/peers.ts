import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './tool-environment.ts';

/** A Go module, pinned, by the packages that are its programs. */
export interface GoModule {
  readonly module: string;
  readonly version: string;
  readonly packages: readonly string[];
}

export const CRANE: GoModule = {
  module: 'github.com/google/go-containerregistry',
  version: 'v0.21.9',
  packages: ['cmd/crane'],
};

export const COSIGN: GoModule = {
  module: 'github.com/sigstore/cosign/v3',
  version: 'v3.1.3',
  packages: ['cmd/cosign'],
};

/** The peers that Debian does not have. */
const MODULES: readonly GoModule[] = [
  CRANE,
  { module: 'github.com/moby/buildkit', version: 'v0.34.2', packages: ['cmd/buildkitd', 'cmd/buildctl'] },
];

/** Debian's packages with the other peers, for who reads why something was not run. */
export const DEBIAN_PACKAGES: Readonly<Record<string, string>> = {
  dockerd: 'docker.io',
  buildah: 'buildah',
  skopeo: 'skopeo',
  'docker-registry': 'docker-registry',
  runc: 'runc',
  go: 'golang',
};

export function installImagePeers(): string {
  return installGoPrograms(MODULES);
}

/** Builds what is absent, once, outside the repository, and gives the folder of the programs. What fails is missing. */
export function installGoPrograms(modules: readonly GoModule[]): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'mobileops-bench', 'image-peers');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const go = findProgram('go', ['/usr/local/go/bin']);
  for (const each of modules) {
    const stamp = join(
      folder,
      `${each.module
        .replace(/\/v\d+$/, '')
        .split('/')
        .at(-1)}-${each.version}`,
    );
    if (go === undefined || existsSync(stamp)) continue;
    console.log(`building ${each.module} ${each.version}`);
    try {
      buildModule(go, { ...each, folder: `${stamp}.module`, bin });
      writeFileSync(stamp, '');
    } catch (error) {
      console.error(String(error));
    }
  }
  return bin;
}

/** In a module of its own: `go install` refuses modules with exclusions. */
function buildModule(
  go: string,
  options: GoModule & { readonly folder: string; readonly bin: string },
): void {
  const { module, version, packages, folder, bin } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), 'module bench\n\ngo 1.24\n');
  const names = packages.map((path) => `${module}/${path}`);
  const at = { cwd: folder, stdio: 'pipe' } as const;
  execFileSync(go, ['get', ...names.map((name) => `${name}@${version}`)], at);
  execFileSync(go, ['build', '-o', `${bin}/`, ...names], at);
}

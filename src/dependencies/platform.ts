import type { Host } from '../host/index.ts';

/** What native packages are chosen by, in npm's words. */
export interface HostPlatform {
  readonly os: string;
  readonly cpu: string;
  /** Absent where there is no choice of C library. */
  readonly libc?: 'glibc' | 'musl';
}

/** The C library is told by its loader, which every program of the machine needs. */
export function hostPlatform(host: Pick<Host, 'fs' | 'env'>): HostPlatform {
  const { platform: os, architecture: cpu } = host.env;
  if (os !== 'linux') return { os, cpu };
  const isMusl = ['x86_64', 'aarch64'].some(
    (name) => host.fs.lstat(`/lib/ld-musl-${name}.so.1`) !== undefined,
  );
  return { os, cpu, libc: isMusl ? 'musl' : 'glibc' };
}

/** `linux-x64-glibc`. */
export function formatPlatform(platform: HostPlatform): string {
  return [platform.os, platform.cpu, ...(platform.libc ? [platform.libc] : [])].join('-');
}

export interface PlatformLimits {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** npm's rule: a list names what fits, `!x` what does not; no list fits all. */
export function fitsPlatform(limits: PlatformLimits, platform: HostPlatform): boolean {
  return (
    fits(limits.os, platform.os) &&
    fits(limits.cpu, platform.cpu) &&
    (platform.libc === undefined ? limits.libc === undefined : fits(limits.libc, platform.libc))
  );
}

function fits(list: readonly string[] | undefined, value: string): boolean {
  if (list === undefined || list.length === 0 || list.includes('any')) return true;
  if (list.includes(`!${value}`)) return false;
  const named = list.filter((each) => !each.startsWith('!'));
  return named.length === 0 || named.includes(value);
}

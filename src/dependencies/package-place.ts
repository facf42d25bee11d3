import type { Host } from '../host/index.ts';
import { findHostPython, type HostPython } from './host-python.ts';
import { LearnedDigests } from './learned-digests.ts';
import { asksForMicro, type MarkerEnvironment, markerEnvironment } from './marker.ts';
import type { Lockfile } from './model.ts';
import { type HostPlatform, hostPlatform } from './platform.ts';
import type { WheelPlace } from './wheel-tags.ts';

/** This machine, as far as it decides which of the locked files are taken. */
export interface PackagePlace {
  readonly platform: HostPlatform;
  /** Absent where the machine has no Python that is new enough. */
  readonly python: HostPython | undefined;
  readonly wheels: WheelPlace;
  readonly markers: MarkerEnvironment;
  readonly learned: LearnedDigests;
}

export interface PlaceOptions {
  readonly host: Pick<Host, 'fs' | 'env' | 'processes'>;
  /** The user's cache folder. */
  readonly cacheDirectory: string;
  readonly lock: Lockfile | undefined;
}

/** Tells this machine by files; Python is run only when a marker of the lock asks for its third number. */
export async function packagePlace({ host, cacheDirectory, lock }: PlaceOptions): Promise<PackagePlace> {
  const platform = hostPlatform(host);
  const python = await findHostPython(host);
  const version = python?.version ?? '3.11';
  const isExact = python !== undefined && markersOf(lock).some(asksForMicro);
  const fullVersion = (isExact ? await exactVersion(host, python) : undefined) ?? `${version}.99`;
  const systemVersion = versionOfSystem(host, platform);
  return {
    platform,
    python,
    wheels: { platform, python: version, ...(systemVersion ? { systemVersion } : {}) },
    markers: markerEnvironment({ os: platform.os, cpu: platform.cpu, fullVersion }),
    learned: new LearnedDigests(host.fs, cacheDirectory),
  };
}

function markersOf(lock: Lockfile | undefined): readonly string[] {
  if (!lock) return [];
  const sections = Object.values(lock.python).flatMap(({ run, dev }) => [...run, ...dev]);
  const tools = Object.values(lock.tools).flatMap(({ packages }) => packages ?? []);
  return [...sections, ...tools].flatMap(({ marker }) => marker ?? []);
}

async function exactVersion(
  { processes }: Pick<Host, 'processes'>,
  python: HostPython,
): Promise<string | undefined> {
  const argv = [python.path, '-I', '-c', 'import platform; print(platform.python_version())'];
  const output = await processes.run(argv, { env: { PATH: '/usr/bin:/bin' } });
  return /^\d+\.\d+\.\d+/.exec(Buffer.from(output.stdout).toString())?.[0];
}

const TRIPLES: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };

/** glibc tells its version in its own text, macOS in a file; musl's has been 1.2 since 2020. */
function versionOfSystem(
  { fs }: Pick<Host, 'fs'>,
  platform: HostPlatform,
): readonly [number, number] | undefined {
  if (platform.libc === 'musl') return [1, 2];
  if (platform.os === 'darwin') {
    const plist = fs.readTextIfExists('/System/Library/CoreServices/SystemVersion.plist') ?? '';
    return versionIn(/<key>ProductVersion<\/key>\s*<string>(\d+)(?:\.(\d+))?/.exec(plist));
  }
  const folders = [`/lib/${TRIPLES[platform.cpu] ?? ''}`, '/lib64', '/usr/lib64', '/usr/lib', '/lib'];
  const path = folders.map((folder) => `${folder}/libc.so.6`).find((each) => fs.lstat(each) !== undefined);
  if (path === undefined) return undefined;
  const bytes = Buffer.from(fs.readFile(path));
  const at = bytes.indexOf('stable release version ');
  return at < 0
    ? undefined
    : versionIn(/version (\d+)\.(\d+)/.exec(bytes.subarray(at, at + 64).toString('latin1')));
}

function versionIn(match: RegExpExecArray | null): readonly [number, number] | undefined {
  return match ? [Number(match[1]), Number(match[2] ?? 0)] : undefined;
}

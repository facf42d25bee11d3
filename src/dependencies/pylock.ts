import { posix } from 'node:path';
import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';

/** Of a resolution (PEP 751), what we need of it. */
export interface Pylock {
  readonly packages: readonly PylockPackage[];
}

export interface PylockPackage {
  readonly name: string;
  readonly version: string;
  /** The best wheel for this platform. */
  readonly wheel: Wheel;
}

export interface Wheel {
  readonly file: string;
  /** Absent where the index does not tell. */
  readonly sha256: string | undefined;
  readonly sizeBytes: number | undefined;
}

/** Reads the JSON form of a `pylock.toml`; a package without a wheel is refused by name. */
export function pylockOf(json: string, what: string): Result<Pylock, Diagnostic> {
  const value = JSON.parse(json) as { packages?: unknown };
  const packages: PylockPackage[] = [];
  for (const raw of Array.isArray(value.packages) ? (value.packages as RawPackage[]) : []) {
    const { name, version, wheels } = raw;
    if (typeof name !== 'string' || typeof version !== 'string') return fail(unsupported(what, String(name)));
    const wheel = bestWheel((Array.isArray(wheels) ? wheels : []).flatMap(wheelOf));
    if (!wheel) return fail(noWheel(what, `${name} ${version}`));
    packages.push({ name, version, wheel });
  }
  return ok({ packages });
}

interface RawPackage {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly wheels?: unknown;
}

function wheelOf(raw: Record<string, unknown>): Wheel[] {
  const place = [raw.name, raw.url, raw.path].find((each) => typeof each === 'string');
  if (place === undefined) return [];
  const file = decodeURIComponent(posix.basename((place as string).replace(/[?#].*$/, '')));
  if (!/^[A-Za-z0-9_.+!~-]+\.whl$/.test(file)) return [];
  const hashes = raw.hashes as Record<string, unknown> | undefined;
  const sha256 = hashes?.sha256;
  return [
    {
      file,
      sha256: typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : undefined,
      sizeBytes: typeof raw.size === 'number' ? raw.size : undefined,
    },
  ];
}

/**
 * All of them fit; the order is that of installers: this Python's own ABI, the newest stable ABI, pure Python; among
 * equals the platform that promises more.
 */
export function bestWheel<W extends { readonly file: string }>(wheels: readonly W[]): W | undefined {
  return [...wheels].sort((a, b) => compare(rank(b.file), rank(a.file)) || (a.file < b.file ? -1 : 1))[0];
}

function rank(file: string): readonly number[] {
  const [python = '', abi = '', platform = ''] = file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3);
  const abiRank = abi === 'none' ? 0 : abi === 'abi3' ? 1 : 2;
  const newest = Math.max(0, ...[...python.matchAll(/\d+/g)].map(([digits]) => Number(digits)));
  const promises = [...platform.matchAll(/linux_(\d+)_(\d+)/g)].map(
    ([, a, b]) => Number(a) * 1000 + Number(b),
  );
  return [abiRank, platform === 'any' ? 0 : 1, newest, Math.max(0, ...promises)];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, each] of a.entries()) if (each !== b[index]) return each - b[index]!;
  return 0;
}

function noWheel(what: string, name: string): Diagnostic {
  return {
    code: 'dependencies/no-wheel',
    severity: 'error',
    message: `${name} has no wheel for this platform and Python (for ${what})`,
    hint: 'ask for a version that has one, or put a wheel into your own index',
  };
}

function unsupported(what: string, name: string): Diagnostic {
  return {
    code: 'dependencies/unsupported-package',
    severity: 'error',
    message: `${name} comes from no index (for ${what})`,
    hint: 'use a version that an index holds',
  };
}

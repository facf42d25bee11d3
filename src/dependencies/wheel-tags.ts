import type { HostPlatform } from './platform.ts';

/** What a wheel is chosen for. */
export interface WheelPlace {
  readonly platform: HostPlatform;
  /** `3.12`. */
  readonly python: string;
  /** Of glibc, musl or macOS; absent where it is not known: then every version is taken as good. */
  readonly systemVersion?: readonly [major: number, minor: number];
}

/**
 * The wheel that installers take (PEP 425, PEP 600, PEP 656): this Python's own ABI, then its stable ABI, then those of older
 * Pythons, then no ABI, then pure Python; among equals the newest platform. `undefined` when none fits.
 */
export function bestWheel(files: readonly string[], place: WheelPlace): string | undefined {
  let best: { readonly file: string; readonly rank: readonly number[] } | undefined;
  for (const file of [...files].sort()) {
    const rank = rankOf(file, place);
    if (rank && (!best || compare(rank, best.rank) > 0)) best = { file, rank };
  }
  return best?.file;
}

/** Whether the wheel fits some supported Python and platform: others are not worth a line of the lock. */
export function isSupportedWheel(file: string): boolean {
  return SUPPORTED_PLACES.some((place) => rankOf(file, place) !== undefined);
}

const SUPPORTED_PLATFORMS: readonly HostPlatform[] = [
  ...['x64', 'arm64'].flatMap((cpu) => [
    { os: 'linux', cpu, libc: 'glibc' } as const,
    { os: 'linux', cpu, libc: 'musl' } as const,
  ]),
  { os: 'darwin', cpu: 'arm64' },
];

/** What a lock holds files for. */
export const SUPPORTED_PLACES: readonly WheelPlace[] = ['3.11', '3.12', '3.13', '3.14'].flatMap((python) =>
  SUPPORTED_PLATFORMS.map((platform) => ({ platform, python })),
);

type Rank = readonly number[];

/** The best of the combinations that the name's dotted tags stand for; more is better. */
function rankOf(file: string, place: WheelPlace): Rank | undefined {
  const parts = file.replace(/\.whl$/, '').split('-');
  if (!file.endsWith('.whl') || parts.length < 5 || parts.length > 6) return undefined;
  const [pythons, abis, platforms] = parts.slice(-3).map((each) => each.split('.'));
  const build = parts.length === 6 ? Number(/^\d+/.exec(parts[2]!)?.[0] ?? 0) : -1;
  let best: Rank | undefined;
  for (const platform of platforms!) {
    const platformRank = rankOfPlatform(platform, place);
    if (platformRank === undefined) continue;
    for (const python of pythons!) {
      for (const abi of abis!) {
        const abiRank = rankOfAbi(python, abi, { isAny: platform === 'any', python: place.python });
        if (!abiRank) continue;
        const rank = [...abiRank, platformRank, build];
        if (!best || compare(rank, best) > 0) best = rank;
      }
    }
  }
  return best;
}

interface AbiPlace {
  readonly isAny: boolean;
  readonly python: string;
}

function rankOfAbi(python: string, abi: string, place: AbiPlace): Rank | undefined {
  const minor = Number(place.python.split('.')[1]);
  const match = /^(cp|py)3(\d*)$/.exec(python);
  if (!match) return undefined;
  const own = match[2] === '' ? undefined : Number(match[2]);
  const isOwn = own === minor;
  if (match[1] === 'cp') {
    if (own === undefined || own > minor) return undefined;
    if (abi === 'none') return isOwn ? [place.isAny ? 2 : 5, 0] : undefined;
    if (place.isAny) return undefined;
    if (abi === 'abi3') return own < 2 ? undefined : isOwn ? [6, 0] : [4, own];
    return isOwn && abi === python ? [7, 0] : undefined;
  }
  if (abi !== 'none' || (own !== undefined && own > minor)) return undefined;
  // The order of pyXY, py3, older pyXY.
  return [place.isAny ? 1 : 3, isOwn ? 1000 : (own ?? 999)];
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const LEGACY: Readonly<Record<string, string>> = {
  manylinux1: 'manylinux_2_5',
  manylinux2010: 'manylinux_2_12',
  manylinux2014: 'manylinux_2_17',
};

function rankOfPlatform(tag: string, { platform, systemVersion }: WheelPlace): number | undefined {
  if (tag === 'any') return 0;
  const { os, cpu, libc } = platform;
  if (os === 'darwin') {
    const match = /^macosx_(\d+)_(\d+)_(arm64|x86_64|universal2)$/.exec(tag);
    if (!match || (match[3] !== 'universal2' && match[3] !== (cpu === 'arm64' ? 'arm64' : 'x86_64')))
      return undefined;
    return withinVersion(match, systemVersion);
  }
  const plain = tag.replace(/^manylinux(?:1|2010|2014)(?=_)/, (name) => LEGACY[name]!);
  const match = /^(?:(many|musl)linux_(\d+)_(\d+)|linux)_(.+)$/.exec(plain);
  if (os !== 'linux' || match?.[4] !== (ARCHITECTURES[cpu] ?? cpu)) return undefined;
  if (match[1] === undefined) return 1;
  if ((match[1] === 'musl') !== (libc === 'musl')) return undefined;
  return withinVersion([match[0], match[2]!, match[3]!], systemVersion);
}

function withinVersion(match: readonly string[], system: WheelPlace['systemVersion']): number | undefined {
  const version = Number(match[1]) * 1000 + Number(match[2]);
  return system && version > system[0] * 1000 + system[1] ? undefined : version;
}

function compare(a: Rank, b: Rank): number {
  for (const [index, each] of a.entries()) if (each !== b[index]) return each - b[index]!;
  return 0;
}

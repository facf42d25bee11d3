import type { ImagePlatform } from '../oci/index.ts';

/** A platform in Go's words, as the image specification has it: `linux`, `arm`, `v7`. */
export type Platform = ImagePlatform;

/** What others call an architecture. */
const ARCHITECTURES: Readonly<Record<string, readonly [architecture: string, variant?: string]>> = {
  x86_64: ['amd64'],
  'x86-64': ['amd64'],
  x64: ['amd64'],
  aarch64: ['arm64'],
  armhf: ['arm', 'v7'],
  armel: ['arm', 'v6'],
  i386: ['386'],
  i686: ['386'],
};
const NEWEST_FIRST: Readonly<Record<string, readonly string[]>> = {
  arm: ['v8', 'v7', 'v6', 'v5'],
  amd64: ['v4', 'v3', 'v2', 'v1'],
  arm64: ['v9', 'v8'],
};
/** The variant that is meant where none is named. */
const DEFAULT_VARIANT: Readonly<Record<string, string>> = { arm: 'v7', arm64: 'v8', amd64: 'v1' };

/** `os/architecture[/variant]`; `undefined` for what is none. */
export function parsePlatform(text: string): Platform | undefined {
  const match = /^([a-z0-9]+)\/([A-Za-z0-9_-]+)(?:\/([A-Za-z0-9.]+))?$/.exec(text);
  if (!match) return undefined;
  const [, os, architecture, variant] = match;
  return canonicalPlatform({
    os: os!,
    architecture: architecture!,
    ...(variant === undefined ? {} : { variant }),
  });
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return `${os}/${architecture}${variant === undefined ? '' : `/${variant}`}`;
}

/** With the architecture's usual name, and without a variant that goes without saying. */
export function canonicalPlatform({ os, architecture, variant }: Platform): Platform {
  const [name, implied] = ARCHITECTURES[architecture.toLowerCase()] ?? [architecture.toLowerCase()];
  const stated = (variant ?? implied)?.toLowerCase();
  const versioned = stated !== undefined && /^\d/.test(stated) ? `v${stated}` : stated;
  const isDefault = versioned === undefined || (versioned === DEFAULT_VARIANT[name] && name !== 'arm');
  return { os: os.toLowerCase(), architecture: name, ...(isDefault ? {} : { variant: versioned }) };
}

/**
 * How well something made for `offered` runs on `wanted`: 0 is exactly, more is an older variant, which newer processors
 * run as well; `undefined` is not at all.
 */
export function platformDistance(offered: Platform, wanted: Platform): number | undefined {
  const from = canonicalPlatform(offered);
  const to = canonicalPlatform(wanted);
  if (from.os !== to.os || from.architecture !== to.architecture) return undefined;
  const variant = (platform: Platform): string =>
    platform.variant ?? DEFAULT_VARIANT[platform.architecture] ?? '';
  if (variant(from) === variant(to)) return 0;
  const order = NEWEST_FIRST[to.architecture] ?? [];
  const distance = order.indexOf(variant(from)) - order.indexOf(variant(to));
  return order.includes(variant(from)) && order.includes(variant(to)) && distance > 0 ? distance : undefined;
}

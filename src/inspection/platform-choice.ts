/** What an image runs on, in the words of the OCI image specification. */
export interface WantedPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** How Node calls architectures, where it differs. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' };

/** `os/architecture[/variant]`; `undefined` for what is none. */
export function parseWantedPlatform(text: string): WantedPlatform | undefined {
  const [, os, architecture, variant] = /^([a-z0-9]+)\/([a-z0-9_-]+)(?:\/([a-z0-9.]+))?$/.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

/** Images are Linux's wherever they are looked at. */
export function machinePlatform(nodeArchitecture: string): WantedPlatform {
  return { os: 'linux', architecture: ARCHITECTURES[nodeArchitecture] ?? nodeArchitecture };
}

export function platformText({ os, architecture, variant }: Partial<WantedPlatform>): string {
  return [os ?? 'unknown', architecture ?? 'unknown', ...(variant === undefined ? [] : [variant])].join('/');
}

/** A variant counts only where both name one. */
export function fitsPlatform(offered: Partial<WantedPlatform>, wanted: WantedPlatform): boolean {
  if (offered.os !== wanted.os || offered.architecture !== wanted.architecture) return false;
  return offered.variant === undefined || wanted.variant === undefined || offered.variant === wanted.variant;
}

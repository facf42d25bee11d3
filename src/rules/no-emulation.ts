import type { NotBuilt } from '../oci/index.ts';

export function noEmulation(architecture: string): NotBuilt {
  return { reason: `it runs commands, and ${cannotRun(architecture)}`, hint: emulationHint(architecture) };
}

export function cannotRun(architecture: string): string {
  return `this machine runs no programs for ${architecture}`;
}

export function emulationHint(architecture: string): string {
  return `build on a machine of ${architecture}, or have the kernel run them: apt-get install qemu-user-static binfmt-support`;
}

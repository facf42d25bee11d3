import { join, resolve } from 'node:path';
import type { Host } from '../host/index.ts';

/** The folder of the user's cache: MOBILEOPS_CACHE, else below XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder({ env }: Pick<Host, 'env'>): string {
  const { MOBILEOPS_CACHE: own, XDG_CACHE_HOME: xdg } = env.variables;
  if (own !== undefined && own !== '') return resolve(env.workingDirectory, own);
  return join(xdg !== undefined && xdg !== '' ? xdg : join(env.homeDirectory, '.cache'), 'mobileops');
}

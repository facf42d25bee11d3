import { APPS } from './apps.ts';
import { BUILDING } from './building.ts';
import { CONFIGURATION } from './configuration.ts';
import { HELP } from './help.ts';
import { IMAGES } from './images.ts';
import type { Mutation } from './mutation.ts';
import { RELEASES } from './releases.ts';
import { SECURITY } from './security.ts';

/** In the order of the page. */
export const MUTATIONS: readonly Mutation[] = [
  ...[...CONFIGURATION, ...BUILDING, ...IMAGES, ...APPS],
  ...[...SECURITY, ...RELEASES, ...HELP],
];

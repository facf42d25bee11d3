/** Of the sections Dependencies and security, Release, repository, registry, and Metrics, help and documentation of docs/promises.md. */
import { HELP } from './help.ts';
import type { Mutation } from './mutation.ts';
import { RELEASES } from './releases.ts';
import { SECURITY } from './security.ts';

export const SHIPPING: readonly Mutation[] = [...SECURITY, ...RELEASES, ...HELP];

import { BUILDING } from './building.ts';
import type { Mutation } from './mutation.ts';
import { SHIPPING } from './shipping.ts';

/** In the order of the page. */
export const MUTATIONS: readonly Mutation[] = [...BUILDING, ...SHIPPING];

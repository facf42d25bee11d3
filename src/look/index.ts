/**
 * One look at every file that a build depends on, made by our lister or GNU `find` beside our own work. Knows how to list, not what a
 * listing means; loads nothing, so that it can be begun first of all.
 */
export { canFind } from './finds.ts';
export { type Listing, type MachineTrees, RACY_BYTE } from './listings.ts';
export { Look, type LookPlaces } from './look.ts';

/**
 * Rules: a target and its surroundings give planned actions and declared artifacts. Pure functions; a rule never
 * touches the disk, and rules do not import each other.
 */
export type * from './rule.ts';

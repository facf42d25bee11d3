/**
 * The workspace's YAML as typed values with positions, or diagnostics. Pure: text in, data out; it does not
 * read files, resolve labels or look for tools.
 */
export type * from './model.ts';

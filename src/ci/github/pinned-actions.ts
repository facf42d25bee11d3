/**
 * Commits of actions as the tags of their own repositories name them, read on 2026-11-27. A tag can be moved, a commit cannot; a
 * newer one is put here after a look at what it changes.
 */
export const ACTIONS = {
  checkout: { at: 'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1', tag: 'v7.0.1' },
  setupNode: { at: 'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020', tag: 'v7.0.0' },
  cache: { at: 'actions/cache@27d5ce7f107fe9357f9df03efb73ab90386fccae', tag: 'v5.0.5' },
  uploadArtifact: { at: 'actions/upload-artifact@bbbca2ddaa5d8feaa63e36b76fdaad77386f024f', tag: 'v7.0.0' },
  uploadSarif: {
    at: 'github/codeql-action/upload-sarif@8aad20d150bbac5944a9f9d289da16a4b0d87c1e',
    tag: 'v4.36.2',
  },
} as const;

export function uses({ at, tag }: { readonly at: string; readonly tag: string }): string {
  return `uses: ${at} # ${tag}`;
}

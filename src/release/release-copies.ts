import { compareTexts } from '../base/index.ts';
import type { ReleaseCopy } from './make-release.ts';

/** What people install by itself, from a page or a repository of packages. */
const KINDS: readonly (readonly [RegExp, ReleaseCopy['kind']])[] = [
  [/^dist\/mobile\/.+\.(?:apk|aab|ipa)$/, 'app'],
  [/\.whl$/, 'package'],
  [/-\d+\.\d+\.\d+[^/]*\.tgz$/, 'package'],
];

/**
 * The apps and packages among the files of a build (paths below the workspace), with names that bear the version and are each used
 * once: `hybrid-1.0.0.apk`.
 */
export function releaseCopies(built: readonly string[], version: string): readonly ReleaseCopy[] {
  const copies = new Map<string, ReleaseCopy>();
  for (const from of [...new Set(built)].sort(compareTexts)) {
    const kind = KINDS.find(([pattern]) => pattern.test(from))?.[1];
    if (kind === undefined) continue;
    const name = copyName(from, kind, version);
    if (!copies.has(name)) copies.set(name, { from, name, kind });
  }
  return [...copies.values()];
}

/** A wheel and an npm package bear their version already; their clients read it from the name. */
function copyName(from: string, kind: ReleaseCopy['kind'], version: string): string {
  if (kind === 'package') return from.slice(from.lastIndexOf('/') + 1);
  const ending = from.slice(from.lastIndexOf('.'));
  const below = from.replace(/^dist\/[^/]+\//, '').slice(0, -ending.length);
  return `${below.replaceAll(/[^A-Za-z0-9._-]+/g, '-')}-${version}${ending}`;
}

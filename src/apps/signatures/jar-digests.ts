import { hash } from 'node:crypto';
import type { JarSection } from './jar-manifest.ts';
import type { HashName } from './signature-algorithm.ts';

/** A digest that a section of a manifest says. */
export interface SaidDigest {
  readonly hash: HashName;
  readonly base64: string;
}

const HASHES: ReadonlyMap<string, HashName> = new Map([
  ...([
    ['md5', 'md5'],
    ['sha', 'sha1'],
    ['sha1', 'sha1'],
    ['sha-1', 'sha1'],
  ] as const),
  ...([
    ['sha-224', 'sha224'],
    ['sha-256', 'sha256'],
    ['sha-384', 'sha384'],
    ['sha-512', 'sha512'],
  ] as const),
]);

/** Others can make a second content for what these were made of. */
export const WEAK_HASHES: ReadonlySet<HashName> = new Set(['md5', 'sha1']);

/** All digests that a section says, by what stands behind the algorithm in their names; `unknown` of algorithms that are not known. */
export function saidDigests(
  { attributes }: JarSection,
  suffix: '-digest' | '-digest-manifest' | '-digest-manifest-main-attributes',
): { readonly digests: readonly SaidDigest[]; readonly unknown: readonly string[] } {
  const digests: SaidDigest[] = [];
  const unknown: string[] = [];
  for (const [name, base64] of attributes) {
    if (!name.endsWith(suffix)) continue;
    const algorithm = name.slice(0, -suffix.length);
    const known = HASHES.get(algorithm);
    if (known) digests.push({ hash: known, base64 });
    else unknown.push(algorithm);
  }
  return { digests, unknown };
}

/** The digests that `content` does not have; those that are known already are not made again. */
export function otherThan(
  content: Buffer,
  digests: readonly SaidDigest[],
  known: Partial<Readonly<Record<HashName, string>>> = {},
): SaidDigest[] {
  return digests.filter(
    (each) => (known[each.hash] ?? hash(each.hash, content, 'base64')) !== each.base64.trim(),
  );
}

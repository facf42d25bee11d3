import { otherThan, saidDigests, WEAK_HASHES } from './jar-digests.ts';
import type { JarManifest } from './jar-manifest.ts';
import { type Doubt, unknownBy, wrongBy } from './signature.ts';
import { type HashName, hashText } from './signature-algorithm.ts';

const SHOWN = 3;

/** Whether the files of a jar are those that its manifest lists. It is shown each of them once. */
export class JarEntries {
  readonly #manifest: JarManifest;
  readonly #seen = new Set<string>();
  readonly #changed = new Map<string, HashName>();

  constructor(manifest: JarManifest) {
    this.#manifest = manifest;
  }

  see(name: string, content: Buffer, sha256: string): void {
    this.#seen.add(name);
    const section = this.#manifest.sections.get(name);
    if (!section) return;
    const known = { sha256: Buffer.from(sha256, 'hex').toString('base64') };
    const [other] = otherThan(content, saidDigests(section, '-digest').digests, known);
    if (other) this.#changed.set(name, other.hash);
  }

  /** What stands against a signature file over this manifest. */
  doubts(signed: JarManifest): Doubt[] {
    const { sections } = this.#manifest;
    const listed = [...sections].map(([name, section]) => ({ name, ...saidDigests(section, '-digest') }));
    const isDigested = new Set(listed.filter(({ digests }) => digests.length > 0).map(({ name }) => name));
    const unknown = listed.filter(({ digests, unknown: more }) => digests.length === 0 && more.length > 0);
    const isUnknown = new Set(unknown.map(({ name }) => name));
    const needed = [...this.#seen].filter(needsDigest);
    const isListed = (name: string): boolean => isDigested.has(name) || isUnknown.has(name);
    const changed = [...this.#changed.keys()];
    const hashes = [...new Set(this.#changed.values())].map(hashText).join(' and ');
    return [
      ...about(
        needed.filter((name) => !isListed(name) || !signed.sections.has(name)),
        ['was not signed', 'were not signed'],
      ),
      ...about(
        [...isDigested].filter((name) => !this.#seen.has(name)),
        ['was signed and is gone', 'were signed and are gone'],
      ),
      ...about(changed, [
        `has another ${hashes} digest than was signed`,
        `have other ${hashes} digests than were signed`,
      ]),
      ...(unknown.length > 0
        ? [unknownBy(`the digest of ${unknown[0]!.name} is by ${unknown[0]!.unknown[0]}, which is not known`)]
        : []),
    ];
  }

  /** Digests that alone stand for a file. */
  weaknesses(): string[] {
    const hashes = [...this.#manifest.sections.values()].flatMap((section) => {
      const { digests } = saidDigests(section, '-digest');
      return digests.every(({ hash }) => WEAK_HASHES.has(hash)) ? digests.map(({ hash }) => hash) : [];
    });
    return [...new Set(hashes)].map((hash) => `files are listed by ${hashText(hash)} digests alone`);
  }
}

/** One doubt for all of them. */
function about(names: readonly string[], [one, several]: readonly [string, string]): Doubt[] {
  if (names.length === 0) return [];
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return [wrongBy(`${names.slice(0, SHOWN).join(', ')}${more} ${names.length === 1 ? one : several}`)];
}

/** What makes up the signature itself cannot be listed in it. */
function needsDigest(name: string): boolean {
  return !/^META-INF\/(?:MANIFEST\.MF|SIG-[^/]*|[^/]*\.(?:SF|RSA|DSA|EC))$/i.test(name);
}

import type { PackageHash } from './package.ts';

const HEX_LENGTHS: Readonly<Record<PackageHash['algorithm'], number>> = { sha1: 40, sha256: 64, sha512: 128 };

/** Of subresource integrity (`sha512-<base64>`, several with spaces between) what is a whole hash of an algorithm that we know. */
export function integrityHashes(integrity: string): PackageHash[] {
  const hashes: PackageHash[] = [];
  for (const each of integrity.includes(' ') ? integrity.split(' ') : [integrity]) {
    const dash = each.indexOf('-');
    const algorithm = each.slice(0, dash) as PackageHash['algorithm'];
    if (!Object.hasOwn(HEX_LENGTHS, algorithm)) continue;
    const hex = Buffer.from(each.slice(dash + 1), 'base64').toString('hex');
    if (hex.length === HEX_LENGTHS[algorithm]) hashes.push({ algorithm, hex });
  }
  return hashes;
}

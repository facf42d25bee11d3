/** A line of gpg's `--status-fd` (GnuPG's DETAILS): a keyword and its arguments. */
export interface StatusLine {
  readonly keyword: string;
  readonly words: readonly string[];
}

const MARK = '[GNUPG:] ';

/** The status lines among what gpg printed for people. */
export function statusLines(output: string): readonly StatusLine[] {
  return output
    .split('\n')
    .filter((line) => line.startsWith(MARK))
    .map((line) => {
      const [keyword = '', ...words] = line.slice(MARK.length).trimEnd().split(' ');
      return { keyword, words };
    });
}

/** What gpg said to people, without the status lines. */
export function proseOf(output: string): string {
  return output
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(MARK))
    .join('\n');
}

/** Why gpg refused, by the codes of libgpg-error. */
export type GpgRefusal = 'wrong-passphrase' | 'no-passphrase' | 'no-key' | 'unusable-key' | 'other';

const REFUSALS: Readonly<Record<number, GpgRefusal>> = {
  11: 'wrong-passphrase',
  17: 'no-key',
  54: 'unusable-key',
  177: 'no-passphrase',
};

/** The code stands in the low 16 bits, what it came from above them. */
export function refusalOf(lines: readonly StatusLine[]): GpgRefusal {
  const failure = lines.findLast(({ keyword }) => keyword === 'FAILURE');
  return REFUSALS[Number(failure?.words[1] ?? 0) & 0xffff] ?? 'other';
}

/** A signature that fits the file, by a key of the keyring; whether the key still counts is `kind`. */
export interface MadeSignature {
  readonly kind: 'good' | 'expired-signature' | 'expired-key' | 'revoked-key';
  /** Of the key that signed and of the primary key that it belongs to. */
  readonly fingerprints: readonly string[];
  /** Seconds since 1970, as the signer says. */
  readonly signedAt: number;
  /** By the numbers of RFC 9580, 9.5. */
  readonly hashAlgorithm: number;
  /** The owner is trusted by this keyring (`full` or `ultimate`). */
  readonly isTrusted: boolean;
}

/** What gpg found of one signature. */
export type GpgVerdict =
  | MadeSignature
  | { readonly kind: 'bad' }
  | { readonly kind: 'unknown-key'; readonly keyId: string }
  | { readonly kind: 'no-signature' };

const KINDS: Readonly<Record<string, MadeSignature['kind']>> = {
  GOODSIG: 'good',
  EXPSIG: 'expired-signature',
  EXPKEYSIG: 'expired-key',
  REVKEYSIG: 'revoked-key',
};

/** One verdict for each signature in a file, in their order. */
export function verdicts(lines: readonly StatusLine[]): readonly GpgVerdict[] {
  const groups: StatusLine[][] = [];
  for (const line of lines) {
    if (line.keyword === 'NEWSIG') groups.push([]);
    groups.at(-1)?.push(line);
  }
  return groups.map(verdictOf);
}

function verdictOf(lines: readonly StatusLine[]): GpgVerdict {
  const find = (keyword: string): readonly string[] | undefined =>
    lines.find((line) => line.keyword === keyword)?.words;
  if (find('BADSIG')) return { kind: 'bad' };
  const kind = lines.map(({ keyword }) => KINDS[keyword]).find((each) => each !== undefined);
  const valid = find('VALIDSIG');
  if (kind !== undefined && valid) {
    const [fingerprint = '', , signedAt = '', , , , , hash = '', , primary = fingerprint] = valid;
    return {
      kind,
      fingerprints: [...new Set([fingerprint, primary])],
      signedAt: Number(signedAt),
      hashAlgorithm: Number(hash),
      isTrusted: find('TRUST_FULLY') !== undefined || find('TRUST_ULTIMATE') !== undefined,
    };
  }
  const keyId = find('NO_PUBKEY')?.[0] ?? find('ERRSIG')?.[0];
  return keyId === undefined ? { kind: 'no-signature' } : { kind: 'unknown-key', keyId };
}

import type { CertificateFacts } from '../archive/certificate.ts';

export type SigningScheme = 'v1' | 'v2' | 'v3' | 'v3.1' | 'v4';

/** `wrong` is what devices refuse; `not-checked` is what is not known here, which is no reason to trust it. */
export type SignatureState = 'verified' | 'wrong' | 'not-checked';

/** The certificate that a key belongs to, and what it may sign. */
export interface Signer extends CertificateFacts {
  /** API levels of the devices that it is for, of a scheme that tells them. */
  readonly minSdk?: number;
  readonly maxSdk?: number;
  /** Whose place it took, the oldest first; each vouches for the next. */
  readonly lineage?: readonly CertificateFacts[];
}

export interface Signature {
  readonly scheme: SigningScheme;
  readonly signers: readonly Signer[];
  readonly state: SignatureState;
  /** Why it is wrong or was not checked; of one that was verified, what of it was left out. */
  readonly reasons: readonly string[];
  /** What makes it easy to forge. */
  readonly weaknesses: readonly string[];
  /** Schemes that the package is signed by as well, as this one says: if they are gone, somebody took them away. */
  readonly expects: readonly SigningScheme[];
}

/** What stands against a signature; `left-out` does not, as something else of it was checked. */
export interface Doubt {
  readonly kind: 'wrong' | 'unknown' | 'left-out';
  readonly text: string;
}

export const wrongBy = (text: string): Doubt => ({ kind: 'wrong', text });
export const unknownBy = (text: string): Doubt => ({ kind: 'unknown', text });

/** What the doubts leave of a signature: those that weigh most are its reasons. */
export function judged(doubts: readonly Doubt[]): Pick<Signature, 'state' | 'reasons'> {
  const of = (kind: Doubt['kind']): string[] => [
    ...new Set(doubts.filter((each) => each.kind === kind).map(({ text }) => text)),
  ];
  const [wrongs, unknowns] = [of('wrong'), of('unknown')];
  if (wrongs.length > 0) return { state: 'wrong', reasons: wrongs };
  if (unknowns.length > 0) return { state: 'not-checked', reasons: unknowns };
  return { state: 'verified', reasons: of('left-out') };
}

/** Of all signatures, each certificate once, with what any of them says of it. */
export function certificatesOf(signatures: readonly Signature[]): Signer[] {
  const known = new Map<string, Signer>();
  for (const each of signatures.flatMap(({ signers }) => signers))
    known.set(each.sha256, { ...known.get(each.sha256), ...each });
  return [...known.values()];
}

/** In the words that are shown. */
export const STATE_WORDS: Readonly<Record<SignatureState, string>> = {
  verified: 'verified',
  wrong: 'wrong',
  'not-checked': 'not checked',
};

import { type Signature, type Signer, STATE_WORDS } from '../signatures/signature.ts';

/** What came of a signature, and why: `wrong`, and what follows it. */
export function signatureWords({ state, reasons, signers }: Signature): readonly [string, string] {
  const ranges = signers.flatMap(rangeText);
  const told = [
    ...(ranges.length > 0 ? [`for API levels ${ranges.join(', ')}`] : []),
    ...reasons.map((reason) => (state === 'verified' ? `not looked at: ${reason}` : reason)),
  ];
  return [STATE_WORDS[state], told.join('; ')];
}

function rangeText({ minSdk, maxSdk }: Signer): string[] {
  if (minSdk === undefined) return [];
  return [maxSdk === undefined ? `${minSdk} and up` : `${minSdk} to ${maxSdk}`];
}

/** `CN=Tom, RSA 2048, until 2053-01-01` */
export function signerLine({ subject, key, notAfter }: Signer): string {
  return `${subject}, ${key}, until ${notAfter.slice(0, 10)}`;
}

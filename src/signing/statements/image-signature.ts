import type { Statement } from './statement.ts';

/** What cosign's signature of an image is: a statement that says of it nothing but its digest. */
export const IMAGE_SIGNATURE_TYPE = 'https://sigstore.dev/cosign/sign/v1';

/** A signature of an image, for an envelope. `digest` is `sha256:…`; the name is for people, and cosign does not look at it. */
export function imageStatement(name: string, digest: string): Statement {
  const sha256 = digest.replace('sha256:', '');
  return { predicateType: IMAGE_SIGNATURE_TYPE, subjects: [{ name, digest: { sha256 } }], predicate: {} };
}

import { assertNever } from '../base/index.ts';

/** Why an APK was not signed. Holds no secret. */
export type SigningFailure =
  | { readonly kind: 'store-missing'; readonly storeFile: string }
  | { readonly kind: 'store-unreadable'; readonly storeFile: string; readonly detail: string }
  | { readonly kind: 'password-missing'; readonly variable: string }
  | { readonly kind: 'wrong-store-password'; readonly storeFile: string }
  | { readonly kind: 'wrong-key-password'; readonly keyAlias: string }
  | { readonly kind: 'alias-missing'; readonly keyAlias: string; readonly present: string }
  | { readonly kind: 'no-private-key'; readonly keyAlias: string }
  /** The archive is not an APK that can be signed. */
  | { readonly kind: 'not-signable'; readonly detail: string }
  /** Java is missing or the program ended in an unforeseen way. */
  | { readonly kind: 'signer-failed'; readonly detail: string };

/** One sentence for a person: what is wrong and what mends it. */
export function describeSigningFailure(failure: SigningFailure): string {
  switch (failure.kind) {
    case 'store-missing':
      return `the key store ${failure.storeFile} is missing`;
    case 'store-unreadable':
      return `the key store ${failure.storeFile} cannot be read: ${failure.detail}`;
    case 'password-missing':
      return `the variable ${failure.variable} is not set; a release key needs its password`;
    case 'wrong-store-password':
      return `the password does not open the key store ${failure.storeFile}; check KEYSTORE_PASSWORD`;
    case 'wrong-key-password':
      return `the password does not open the key ${failure.keyAlias}; check KEY_PASSWORD`;
    case 'alias-missing':
      return `the key store has no key ${failure.keyAlias}; it has: ${failure.present || 'none'}`;
    case 'no-private-key':
      return `${failure.keyAlias} is a certificate without a private key`;
    case 'not-signable':
      return `the archive cannot be signed: ${failure.detail}`;
    case 'signer-failed':
      return `the signing program failed: ${failure.detail}`;
    default:
      return assertNever(failure);
  }
}

import { assertNever, type Diagnostic, type Span } from '../base/index.ts';
import type { releaseDiagnostics } from './diagnostics.ts';

/** Why an archive was not signed. Holds no secret. */
export type SigningFailure =
  | { readonly kind: 'store-missing'; readonly storeFile: string }
  | { readonly kind: 'store-unreadable'; readonly storeFile: string; readonly detail: string }
  | { readonly kind: 'password-missing'; readonly variable: string }
  | { readonly kind: 'wrong-store-password'; readonly storeFile: string }
  | { readonly kind: 'wrong-key-password'; readonly keyAlias: string }
  | { readonly kind: 'alias-missing'; readonly keyAlias: string; readonly present: string }
  | { readonly kind: 'no-private-key'; readonly keyAlias: string }
  | { readonly kind: 'certificate-expired'; readonly keyAlias: string; readonly date: string }
  | { readonly kind: 'certificate-too-new'; readonly keyAlias: string; readonly date: string }
  /** The user named others; `certificate` as keytool shows it. */
  | { readonly kind: 'certificate-other'; readonly keyAlias: string; readonly certificate: string }
  /** The archive is not one that can be signed. */
  | { readonly kind: 'not-signable'; readonly detail: string }
  /** Java is missing or the program ended in an unforeseen way. */
  | { readonly kind: 'signer-failed'; readonly detail: string };

type Told = Pick<Diagnostic, 'message' | 'hint' | 'cause'> & {
  readonly code: keyof typeof releaseDiagnostics;
};

/** What is wrong and what mends it; `place` is where the user named the key, `subject` what was to be signed, `others` by the same key. */
export function signingDiagnostic(
  failure: SigningFailure,
  about: {
    readonly subject: string;
    readonly others?: readonly string[] | undefined;
    readonly place: Pick<Diagnostic, 'span' | 'path'>;
  },
): Diagnostic {
  const { message, ...told } = toldOf(failure);
  const all = [about.subject, ...(told.cause === 'input' ? (about.others ?? []) : [])];
  const what =
    all.length === 1 ? `${about.subject} was` : `${all.slice(0, -1).join(', ')} and ${all.at(-1)} were`;
  return { severity: 'error', message: `${what} not signed: ${message}`, ...told, ...about.place };
}

function toldOf(failure: SigningFailure): Told {
  switch (failure.kind) {
    case 'store-missing':
    case 'store-unreadable':
    case 'password-missing':
    case 'wrong-store-password':
    case 'wrong-key-password':
      return ofStore(failure);
    case 'alias-missing':
    case 'no-private-key':
    case 'certificate-expired':
    case 'certificate-too-new':
    case 'certificate-other':
      return ofKey(failure);
    case 'not-signable':
      return {
        code: 'release/not-signable',
        message: `apksig refuses the archive: ${failure.detail}`,
      };
    case 'signer-failed':
      return {
        code: 'release/signer-failed',
        message: `the signing program failed: ${failure.detail}`,
        hint: 'a JDK 17 or newer is needed to sign',
      };
    default:
      return assertNever(failure);
  }
}

type OfStore = Extract<
  SigningFailure,
  {
    kind:
      | 'store-missing'
      | 'store-unreadable'
      | 'password-missing'
      | 'wrong-store-password'
      | 'wrong-key-password';
  }
>;

function ofStore(failure: OfStore): Told {
  switch (failure.kind) {
    case 'store-missing':
      return {
        code: 'release/key-store-missing',
        message: `the key store ${failure.storeFile} is missing`,
        hint: '`storeFile` is relative to the folder of build.yaml; put the key there, or take `signing` out to build unsigned',
        cause: 'input',
      };
    case 'store-unreadable':
      return {
        code: 'release/key-store-unreadable',
        message: `the key store ${failure.storeFile} cannot be read: ${failure.detail}`,
        hint: 'it must be a PKCS#12 or JKS file: `keytool -list -keystore FILE` tries it',
        cause: 'input',
      };
    case 'password-missing':
      return {
        code: 'release/key-password-missing',
        message: `the variable ${failure.variable} is not set`,
        hint: `a release key needs its password: set ${failure.variable} in the environment of the build`,
        cause: 'input',
      };
    case 'wrong-store-password':
      return {
        code: 'release/key-password-wrong',
        message: `the password does not open the key store ${failure.storeFile}`,
        hint: 'check KEYSTORE_PASSWORD; a key of kind `debug` has the password `android`',
        cause: 'input',
      };
    case 'wrong-key-password':
      return {
        code: 'release/key-password-wrong',
        message: `the password does not open the key ${failure.keyAlias}`,
        hint: 'check KEY_PASSWORD, which is KEYSTORE_PASSWORD where it is not set',
        cause: 'input',
      };
    default:
      return assertNever(failure);
  }
}

type OfKey = Extract<SigningFailure, { kind: 'alias-missing' | 'no-private-key' | `certificate-${string}` }>;

function ofKey(failure: OfKey): Told {
  const { keyAlias } = failure;
  switch (failure.kind) {
    case 'alias-missing':
      return {
        code: 'release/key-alias-missing',
        message: `the key store has no key ${keyAlias}`,
        hint: failure.present === '' ? 'it holds no key at all' : `it has: ${failure.present}`,
        cause: 'input',
      };
    case 'no-private-key':
      return {
        code: 'release/key-not-private',
        message: `${keyAlias} is a certificate without a private key`,
        hint: 'name the alias of the key pair, which `keytool -list` shows as PrivateKeyEntry',
        cause: 'input',
      };
    case 'certificate-expired':
      return {
        code: 'release/certificate-expired',
        message: `the certificate of ${keyAlias} expired at ${failure.date}`,
        hint: 'sign with a key whose certificate is valid; stores ask for one that lasts beyond 2033-10-22',
        cause: 'input',
      };
    case 'certificate-too-new':
      return {
        code: 'release/certificate-too-new',
        message: `the certificate of ${keyAlias} is not valid before ${failure.date}`,
        hint: "check this machine's clock, or sign with another key",
        cause: 'input',
      };
    case 'certificate-other':
      return {
        code: 'release/certificate-other',
        message: `the key ${keyAlias} has the certificate ${failure.certificate}, which \`android.signing.certificates\` does not name`,
        hint: 'add it there if the key is the right one',
        cause: 'input',
      };
    default:
      return assertNever(failure);
  }
}

/** Said of a signature that is another one each time it is made; `undefined` for RSA. */
export function notReproducible(
  algorithm: string,
  { subject, place }: { readonly subject: string; readonly place: { readonly span?: Span } },
): Diagnostic | undefined {
  if (algorithm === 'RSA') return undefined;
  return {
    code: 'release/signature-not-reproducible' satisfies keyof typeof releaseDiagnostics,
    severity: 'warning',
    message: `${subject} is signed with a key of ${algorithm}, whose signatures differ each time they are made`,
    hint: 'what stands under the signature is the same each time: compare `contentSha256`, or sign with an RSA key',
    ...place,
  };
}

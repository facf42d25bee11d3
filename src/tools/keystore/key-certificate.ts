import { X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '../../base/index.ts';
import { JKS_MAGIC, jksEntries } from './jks.ts';
import { pkcs12Entries } from './pkcs12.ts';
import { type StoreEntry, UnknownProtection, WrongPassword } from './store-entry.ts';

/** By the codes that signing with the same key would give. */
export interface KeyProblem {
  readonly code:
    | 'release/key-store-unreadable'
    | 'release/key-password-wrong'
    | 'release/key-alias-missing'
    | 'release/key-not-private';
  readonly message: string;
  readonly hint: string;
}

const SEQUENCE = 0x30;

/** The certificate of a key in a PKCS#12 or JKS store. The key itself is not opened, so the store's password is enough. */
export function keyCertificate(
  bytes: Buffer,
  { alias, password }: { readonly alias: string; readonly password: string },
): Result<Buffer, KeyProblem> {
  const entries = entriesOf(bytes, password);
  if (!entries.ok) return entries;
  const wanted = alias.toLowerCase();
  const found = entries.value.filter((each) => each.alias.toLowerCase() === wanted);
  const entry = found.find(({ hasKey }) => hasKey) ?? found[0];
  if (!entry) {
    const present = entries.value.map((each) => each.alias).join(', ');
    return fail({
      code: 'release/key-alias-missing',
      message: `the key store has no key ${alias}`,
      hint: present === '' ? 'it holds no key at all' : `it has: ${present}`,
    });
  }
  if (!entry.hasKey)
    return fail({
      code: 'release/key-not-private',
      message: `${alias} is a certificate without a private key`,
      hint: 'name the alias of the key pair, which `keytool -list` shows as PrivateKeyEntry',
    });
  return entry.certificate && isCertificate(entry.certificate)
    ? ok(entry.certificate)
    : unreadable(`its key ${alias} has no certificate`);
}

function entriesOf(bytes: Buffer, password: string): Result<StoreEntry[], KeyProblem> {
  try {
    if (bytes[0] === SEQUENCE) return ok(pkcs12Entries(bytes, password));
    if (bytes.length > 4 && bytes.readUInt32BE() === JKS_MAGIC) return ok(jksEntries(bytes, password));
    return unreadable('it is neither a PKCS#12 nor a JKS file');
  } catch (error) {
    if (error instanceof WrongPassword)
      return fail({
        code: 'release/key-password-wrong',
        message: 'the password does not open the key store',
        hint: 'a key of kind `debug` has the password `android`',
      });
    if (error instanceof UnknownProtection) return unreadable(error.message);
    // A value that is missing, or one that no cipher takes, is a damaged file.
    if (error instanceof RangeError || error instanceof TypeError) return unreadable('it is damaged');
    throw error;
  }
}

function isCertificate(der: Buffer): boolean {
  try {
    return new X509Certificate(der).raw.equals(der);
  } catch {
    return false;
  }
}

function unreadable(detail: string): Result<never, KeyProblem> {
  return fail({
    code: 'release/key-store-unreadable',
    message: `the key store cannot be read: ${detail}`,
    hint: 'make a PKCS#12 file of it by `keytool -importkeystore -deststoretype PKCS12`, or state `certificates` under `android.signing`',
  });
}

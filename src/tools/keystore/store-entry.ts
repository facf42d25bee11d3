/** What a key store holds under a name. */
export interface StoreEntry {
  /** As the store has it; Java takes names for the same that differ in case alone. */
  readonly alias: string;
  readonly hasKey: boolean;
  /** In DER. */
  readonly certificate: Buffer | undefined;
}

/** A store that is protected in a way that this reader does not know; the message names the way. */
export class UnknownProtection extends Error {
  override readonly name = 'UnknownProtection';
}

/** A store that a password does not open. */
export class WrongPassword extends Error {
  override readonly name = 'WrongPassword';
}

/** Text as Java and PKCS#12 hash and store it. */
export function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

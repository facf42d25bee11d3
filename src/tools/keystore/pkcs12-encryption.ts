import { createDecipheriv, createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';
import { derOctets, derValues } from '../../base/index.ts';
import { decryptRc2 } from './rc2.ts';
import { bigEndian, UnknownProtection, WrongPassword } from './store-entry.ts';

/** The parts of RFC 7292's key derivation that a key may be for. */
const KEY = 1;
const IV = 2;
const MAC = 3;

const PBES2 = '2a864886f70d01050d';
const PBKDF2 = '2a864886f70d01050c';
/** Longer ones are made to keep a reader busy; Java refuses them, too. */
const MAX_ROUNDS = 5_000_000;

const DIGESTS: Readonly<Record<string, string>> = {
  '2b0e03021a': 'sha1',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};

const PRFS: Readonly<Record<string, string>> = {
  '2a864886f70d0207': 'sha1',
  '2a864886f70d0209': 'sha256',
  '2a864886f70d020a': 'sha384',
  '2a864886f70d020b': 'sha512',
};

interface Cipher {
  readonly name: string;
  readonly keyBytes: number;
}

const CIPHERS: Readonly<Record<string, Cipher>> = {
  '608648016503040102': { name: 'aes-128-cbc', keyBytes: 16 },
  '608648016503040116': { name: 'aes-192-cbc', keyBytes: 24 },
  '60864801650304012a': { name: 'aes-256-cbc', keyBytes: 32 },
  '2a864886f70d0307': { name: 'des-ede3-cbc', keyBytes: 24 },
};

/** The ways of RFC 7292 itself, with SHA-1. */
const OLD_CIPHERS: Readonly<Record<string, Cipher>> = {
  '2a864886f70d010c0103': { name: 'des-ede3-cbc', keyBytes: 24 },
  '2a864886f70d010c0104': { name: 'des-ede-cbc', keyBytes: 16 },
  '2a864886f70d010c0105': { name: 'rc2', keyBytes: 16 },
  '2a864886f70d010c0106': { name: 'rc2', keyBytes: 5 },
};

/** What `algorithm`, an AlgorithmIdentifier, made of bytes by a password; throws `UnknownProtection` and `WrongPassword`. */
export function decrypted(content: Buffer, algorithm: Buffer, password: string): Buffer {
  const [oid, parameters] = derValues(algorithm);
  const name = oid!.content.toString('hex');
  if (name === PBES2) return byPbes2(content, parameters!.content, password);
  const cipher = OLD_CIPHERS[name];
  if (!cipher)
    throw new UnknownProtection(`its content is encrypted in a way that is not known (OID ${name})`);
  const [salt, rounds] = derValues(parameters!.content);
  const derive = (purpose: number, sizeBytes: number): Buffer =>
    derived('sha1', { password, salt: salt!.content, rounds: roundsOf(rounds!.content), purpose, sizeBytes });
  return deciphered(content, cipher, { key: derive(KEY, cipher.keyBytes), iv: derive(IV, 8) });
}

function byPbes2(content: Buffer, parameters: Buffer, password: string): Buffer {
  const [derivation, scheme] = derValues(parameters).map((each) => derValues(each.content));
  if (derivation![0]!.content.toString('hex') !== PBKDF2)
    throw new UnknownProtection('its keys are not made by PBKDF2');
  const [salt, rounds, ...rest] = derValues(derivation![1]!.content);
  const prf = rest.find(({ tag }) => tag === 0x30);
  const digest = prf ? PRFS[derValues(prf.content)[0]!.content.toString('hex')] : 'sha1';
  const cipher = CIPHERS[scheme![0]!.content.toString('hex')];
  if (!digest || !cipher) throw new UnknownProtection('its content is encrypted in a way that is not known');
  const count = roundsOf(rounds!.content);
  const key = pbkdf2Sync(password, salt!.content, count, cipher.keyBytes, digest);
  return deciphered(content, cipher, { key, iv: scheme![1]!.content });
}

function deciphered(
  content: Buffer,
  { name }: Cipher,
  secret: { readonly key: Buffer; readonly iv: Buffer },
): Buffer {
  if (name === 'rc2') return unpadded(decryptRc2(content, secret));
  // Of two keys the first is the third.
  const key = name === 'des-ede-cbc' ? Buffer.concat([secret.key, secret.key.subarray(0, 8)]) : secret.key;
  if (content.length % secret.iv.length !== 0) throw new RangeError('it is not made of blocks');
  const decipher = createDecipheriv(name === 'des-ede-cbc' ? 'des-ede3-cbc' : name, key, secret.iv);
  decipher.setAutoPadding(false);
  return unpadded(Buffer.concat([decipher.update(content), decipher.final()]));
}

function unpadded(plain: Buffer): Buffer {
  const count = plain.at(-1) ?? 0;
  const padding = plain.subarray(plain.length - count);
  if (count === 0 || count > 16 || padding.some((byte) => byte !== count)) throw new WrongPassword();
  return plain.subarray(0, plain.length - count);
}

/** Holds `content` to its MacData; throws as `decrypted` does. */
export function checkMac(content: Buffer, macData: Buffer, password: string): void {
  const [info, salt, rounds] = derValues(macData);
  const [algorithm, mac] = derValues(info!.content);
  const name = derValues(algorithm!.content)[0]!.content.toString('hex');
  const digest = DIGESTS[name];
  if (!digest)
    throw new UnknownProtection(`it is protected by a checksum of a kind that is not known (OID ${name})`);
  const sizeBytes = createHash(digest).digest().length;
  const count = rounds ? roundsOf(rounds.content) : 1;
  const key = derived(digest, { password, salt: salt!.content, rounds: count, purpose: MAC, sizeBytes });
  const actual = createHmac(digest, key).update(content).digest();
  const expected = derOctets(mac!);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) throw new WrongPassword();
}

function roundsOf(content: Buffer): number {
  const count = content.length <= 4 ? content.readUIntBE(0, content.length) : Number.POSITIVE_INFINITY;
  if (count < 1 || count > MAX_ROUNDS) throw new UnknownProtection('its keys are made in too many rounds');
  return count;
}

interface Derivation {
  readonly password: string;
  readonly salt: Buffer;
  readonly rounds: number;
  readonly purpose: number;
  readonly sizeBytes: number;
}

/** Spec: RFC 7292, appendix B.2. */
function derived(digest: string, { password, salt, rounds, purpose, sizeBytes }: Derivation): Buffer {
  const block = digest === 'sha384' || digest === 'sha512' ? 128 : 64;
  const state = Buffer.concat([repeated(salt, block), repeated(bigEndian(`${password}\0`), block)]);
  const made: Buffer[] = [];
  for (let size = 0; size < sizeBytes; size += made.at(-1)!.length) {
    let hash = createHash(digest).update(Buffer.alloc(block, purpose)).update(state).digest();
    for (let round = 1; round < rounds; round++) hash = createHash(digest).update(hash).digest();
    made.push(hash);
    const addend = repeated(hash, block).subarray(0, block);
    for (let at = 0; at < state.length; at += block) addOneMore(state.subarray(at, at + block), addend);
  }
  return Buffer.concat(made).subarray(0, sizeBytes);
}

/** As often as fills whole blocks. */
function repeated(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes.length === 0 ? '' : bytes);
}

/** `number + addend + 1`, of as many bytes as there are. */
function addOneMore(number: Buffer, addend: Buffer): void {
  let carry = 1;
  for (let at = number.length - 1; at >= 0; at--) {
    carry += number[at]! + addend[at]!;
    number[at] = carry & 0xff;
    carry >>= 8;
  }
}

/** Digits of pi, as RFC 2268 permutes bytes by them. */
const PI = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32' +
    'bd8f40eb86b77b0bf09521225c6b4e8254d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
    '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed708e8eade8052eef784aa72ac354d6a2a' +
    '961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2e' +
    'c5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);
const BLOCK_BYTES = 8;
const TURNS = [1, 2, 3, 5];

/**
 * RC2 in CBC mode, with as many effective bits as the key has; the padding stays. Old key stores hold certificates under it,
 * and OpenSSL no longer reads it without being told to. Spec: RFC 2268.
 */
export function decryptRc2(
  content: Buffer,
  { key, iv }: { readonly key: Buffer; readonly iv: Buffer },
): Buffer {
  if (content.length % BLOCK_BYTES !== 0) throw new RangeError('it is not made of blocks');
  const words = expanded(key);
  const plain = Buffer.alloc(content.length);
  let before = iv;
  for (let at = 0; at < content.length; at += BLOCK_BYTES) {
    const block = content.subarray(at, at + BLOCK_BYTES);
    decryptBlock(words, block).forEach((byte, index) => {
      plain[at + index] = byte ^ before[index]!;
    });
    before = block;
  }
  return plain;
}

function expanded(key: Buffer): Uint16Array {
  const bytes = Buffer.alloc(128);
  key.copy(bytes);
  const size = key.length;
  for (let at = size; at < 128; at++) bytes[at] = PI[(bytes[at - 1]! + bytes[at - size]!) & 0xff]!;
  bytes[128 - size] = PI[bytes[128 - size]!]!;
  for (let at = 127 - size; at >= 0; at--) bytes[at] = PI[bytes[at + 1]! ^ bytes[at + size]!]!;
  return Uint16Array.from({ length: 64 }, (_, index) => bytes.readUInt16LE(index * 2));
}

function decryptBlock(words: Uint16Array, block: Buffer): Buffer {
  const r = Uint16Array.from({ length: 4 }, (_, index) => block.readUInt16LE(index * 2));
  const of = (index: number): number => r[index & 3]!;
  let next = 63;
  for (let round = 0; round < 16; round++) {
    for (let at = 3; at >= 0; at--) {
      const turned = (of(at) >> TURNS[at]!) | (of(at) << (16 - TURNS[at]!));
      r[at] = turned - words[next--]! - (of(at - 1) & of(at - 2)) - (~of(at - 1) & of(at - 3));
    }
    if (round !== 4 && round !== 10) continue;
    for (let at = 3; at >= 0; at--) r[at] = of(at) - words[of(at - 1) & 63]!;
  }
  const plain = Buffer.alloc(BLOCK_BYTES);
  r.forEach((word, index) => {
    plain.writeUInt16LE(word, index * 2);
  });
  return plain;
}

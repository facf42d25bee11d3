import { derOctets, derValueAt, derValues } from '../../base/index.ts';
import { checkMac, decrypted } from './pkcs12-encryption.ts';
import type { StoreEntry } from './store-entry.ts';

const DATA = '2a864886f70d010701';
const ENCRYPTED_DATA = '2a864886f70d010706';
const BAG = '2a864886f70d010c0a01';
const X509 = '2a864886f70d01091601';
const FRIENDLY_NAME = '2a864886f70d010914';
const LOCAL_KEY_ID = '2a864886f70d010915';

interface Bag {
  readonly kind: 'key' | 'certificate';
  readonly name: string | undefined;
  readonly keyId: string | undefined;
  /** The certificate in DER; of a key nothing is read. */
  readonly content: Buffer;
}

/** The entries of a PKCS#12 file under the names that Java gives them. Keys stay encrypted. Spec: RFC 7292. */
export function pkcs12Entries(bytes: Buffer, password: string): StoreEntry[] {
  const [, authenticated, mac] = derValues(derValueAt(bytes, 0).content);
  const content = dataOf(derValues(authenticated!.content));
  if (mac) checkMac(content, mac.content, password);
  const bags = derValues(derValueAt(content, 0).content).flatMap(({ content: info }) =>
    bagsIn(safeContents(info, password)),
  );
  return entriesOf(bags);
}

function safeContents(info: Buffer, password: string): Buffer {
  const parts = derValues(info);
  if (parts[0]!.content.toString('hex') !== ENCRYPTED_DATA) return dataOf(parts);
  const [, encrypted] = derValues(derValueAt(parts[1]!.content, 0).content);
  const [, algorithm, content] = derValues(encrypted!.content);
  return decrypted(derOctets(content!), algorithm!.content, password);
}

/** The content of a ContentInfo of plain data; the signed and enveloped kinds need keys of others. */
function dataOf([kind, holder]: ReturnType<typeof derValues>): Buffer {
  if (kind?.content.toString('hex') !== DATA) throw new RangeError('it holds something else than data');
  return derOctets(derValueAt(holder!.content, 0));
}

function bagsIn(content: Buffer): Bag[] {
  return derValues(derValueAt(content, 0).content).flatMap((bag): Bag[] => {
    const [oid, holder, attributes] = derValues(bag.content);
    const kind = oid!.content.toString('hex');
    const value = derValueAt(holder!.content, 0);
    if (kind === `${BAG}06`) return bagsIn(value.whole);
    const named = attributesOf(attributes?.content ?? Buffer.alloc(0));
    if (kind === `${BAG}01` || kind === `${BAG}02`)
      return [{ kind: 'key', ...named, content: Buffer.alloc(0) }];
    const [type, certificate] = kind === `${BAG}03` ? derValues(value.content) : [];
    if (type?.content.toString('hex') !== X509) return [];
    return [{ kind: 'certificate', ...named, content: derOctets(derValueAt(certificate!.content, 0)) }];
  });
}

function attributesOf(bytes: Buffer): Pick<Bag, 'name' | 'keyId'> {
  const values = new Map<string, Buffer>();
  for (const attribute of derValues(bytes)) {
    const [oid, set] = derValues(attribute.content);
    const [value] = derValues(set!.content);
    if (value) values.set(oid!.content.toString('hex'), value.content);
  }
  const name = values.get(FRIENDLY_NAME);
  return {
    name: name && Buffer.from(name).swap16().toString('utf16le'),
    keyId: values.get(LOCAL_KEY_ID)?.toString('hex'),
  };
}

/** A key's certificate is the first with its id; the rest of its chain has none. */
function entriesOf(bags: readonly Bag[]): StoreEntry[] {
  const keys = bags.filter(({ kind }) => kind === 'key');
  const certificates = bags.filter(({ kind }) => kind === 'certificate');
  let unnamed = 0;
  const ofKeys = keys.map(({ name, keyId }): StoreEntry => {
    const certificate = certificates.find((each) => each.keyId === keyId);
    return {
      alias: name ?? String(++unnamed),
      hasKey: true,
      certificate: certificate?.content,
    };
  });
  const ofOthers = certificates.filter(
    ({ name, keyId }) => name !== undefined && !keys.some((key) => key.keyId === keyId),
  );
  return [
    ...ofKeys,
    ...ofOthers.map(({ name, content }) => ({ alias: name!, hasKey: false, certificate: content })),
  ];
}

import { derValues } from '../../base/index.ts';
import { type AppFile, contentOf } from '../app-file.ts';
import { type CertificateFacts, certificateFacts, signerFirst } from '../archive/certificate.ts';
import { readSignedData } from '../archive/signed-data.ts';
import type { ZipEntry } from '../archive/zip.ts';
import { formatProblem, wrong } from '../fault.ts';
import { judgeCmsSigner } from './cms-signer.ts';
import { otherThan, saidDigests, WEAK_HASHES } from './jar-digests.ts';
import { JarEntries } from './jar-entries.ts';
import { type JarManifest, readJarManifest } from './jar-manifest.ts';
import { type Doubt, judged, type Signature, type SigningScheme, unknownBy, wrongBy } from './signature.ts';
import { hashText } from './signature-algorithm.ts';

/** Files of a jar's signature that hold certificates. */
export const V1_SIGNATURE = /^META-INF\/[^/]+\.(?:RSA|DSA|EC)$/i;
const MANIFEST = 'META-INF/MANIFEST.MF';
/** Of a manifest of a hundred thousand files. */
const MOST_BYTES = 32 * 2 ** 20;
const MOST_SIGNERS = 10;
const ANNOUNCED = 'x-android-apk-signed';
const SCHEMES: ReadonlyMap<string, SigningScheme> = new Map([
  ['2', 'v2'],
  ['3', 'v3'],
  ['31', 'v3.1'],
]);

/** The signatures of scheme v1, as jars have them. They are over every file, so it is shown each of them once. */
export class JarSignatures {
  readonly #blocks: readonly SignatureBlock[];
  readonly #unread: number;
  /** Absent where nothing is to be verified. */
  readonly #manifest: Readable<JarManifest> | undefined;
  readonly #entries: JarEntries | undefined;

  private constructor(
    blocks: readonly SignatureBlock[],
    unread: number,
    manifest: Readable<JarManifest> | undefined,
  ) {
    this.#blocks = blocks;
    this.#unread = unread;
    this.#manifest = manifest;
    if (manifest?.value) this.#entries = new JarEntries(manifest.value);
  }

  /** Without `verifies` it is only told who signed. */
  static async open(file: AppFile, verifies: boolean): Promise<JarSignatures> {
    const blocks: SignatureBlock[] = [];
    const entries = file.zip.entries.filter(({ name }) => V1_SIGNATURE.test(name));
    for (const entry of entries.slice(0, MOST_SIGNERS)) {
      const { name } = entry;
      const signed = verifies ? await signatureFileOf(file, name) : NOT_ASKED;
      blocks.push({ name, bytes: await contentOf(file, entry), file: signed });
    }
    const isRead = verifies && blocks.length > 0;
    const manifest = isRead ? await manifestIn(file, file.zip.byName.get(MANIFEST), MANIFEST) : undefined;
    return new JarSignatures(blocks, entries.length - blocks.length, manifest);
  }

  see({ name, isFolder }: ZipEntry, content: Buffer, sha256: string): void {
    if (!isFolder) this.#entries?.see(name, content, sha256);
  }

  signatures(): Signature[] {
    return this.#blocks.map((block) => this.#judge(block));
  }

  #judge(block: SignatureBlock): Signature {
    const cms = signersOf(block);
    const { value: signed, doubt } = block.file;
    const manifest = this.#manifest;
    return {
      scheme: 'v1',
      signers: cms.signers,
      ...judged([
        ...cms.doubts,
        ...[doubt, manifest?.doubt].filter((each) => each !== undefined),
        ...(signed && manifest?.value ? manifestDoubts(signed, manifest.value) : []),
        ...((signed && this.#entries?.doubts(signed)) ?? []),
        ...(this.#unread > 0 ? [unknownBy(`there are ${this.#unread} more, which are not read`)] : []),
      ]),
      weaknesses: [...new Set([...cms.weaknesses, ...(this.#entries?.weaknesses() ?? [])])],
      expects: (signed?.main.attributes.get(ANNOUNCED) ?? '')
        .split(',')
        .flatMap((id) => SCHEMES.get(id.trim()) ?? []),
    };
  }
}

/** What could be read of a file, or why it could not. */
interface Readable<T> {
  readonly value?: T;
  readonly doubt?: Doubt;
}

const NOT_ASKED = { doubt: unknownBy('it was not asked for') };

interface SignatureBlock {
  readonly name: string;
  readonly bytes: Buffer;
  readonly file: Readable<JarManifest>;
}

/** The file of the same name that the block signs. */
function signatureFileOf(file: AppFile, block: string): Promise<Readable<JarManifest>> {
  const name = block.replace(/\.[^.]*$/, '.SF');
  const found = file.zip.entries.filter((each) => each.name.toUpperCase() === name.toUpperCase());
  if (found.length > 1) return Promise.resolve({ doubt: wrongBy(`there are ${found.length} files ${name}`) });
  return manifestIn(file, found[0], name);
}

async function manifestIn(
  file: AppFile,
  entry: ZipEntry | undefined,
  name: string,
): Promise<Readable<JarManifest>> {
  if (!entry) return { doubt: wrongBy(`${name} is missing`) };
  if (entry.sizeBytes > MOST_BYTES) return { doubt: unknownBy(`${name} has ${entry.sizeBytes} bytes`) };
  const bytes = await contentOf(file, entry);
  try {
    return { value: readJarManifest(bytes) };
  } catch (error) {
    return { doubt: wrongBy(`${name}: ${formatProblem(error)}`) };
  }
}

interface JudgedBlock {
  readonly signers: readonly CertificateFacts[];
  readonly doubts: readonly Doubt[];
  readonly weaknesses: readonly string[];
}

function signersOf({ name, bytes, file }: SignatureBlock): JudgedBlock {
  try {
    return judgeBlock(bytes, file.value?.bytes);
  } catch (error) {
    return { signers: [], doubts: [wrongBy(`${name}: ${formatProblem(error)}`)], weaknesses: [] };
  }
}

function judgeBlock(bytes: Buffer, signed: Buffer | undefined): JudgedBlock {
  const { certificates, signers } = readSignedData(bytes);
  if (!signed || signers.length === 0)
    return {
      signers: signerFirst(certificates.map(certificateFacts)).slice(0, 1),
      doubts: signed ? [wrongBy('nobody has signed')] : [],
      weaknesses: [],
    };
  const infos = derValues(signers);
  if (infos.length > MOST_SIGNERS) wrong(`it has more than ${MOST_SIGNERS} signers`);
  const judgedSigners = infos.map(({ content }) => judgeCmsSigner(content, certificates, signed));
  return {
    signers: judgedSigners.flatMap(({ certificate }) => (certificate ? [certificateFacts(certificate)] : [])),
    doubts: judgedSigners.flatMap((each) => each.doubts),
    weaknesses: judgedSigners.flatMap(({ weaknesses, hash }) => [
      ...weaknesses,
      ...(hash && WEAK_HASHES.has(hash) ? [`it is made with ${hashText(hash)}`] : []),
    ]),
  };
}

/** That the list of files is the one that was signed: as a whole, or section by section where others were added later. */
function manifestDoubts(signed: JarManifest, manifest: JarManifest): Doubt[] {
  const { digests, unknown } = saidDigests(signed.main, '-digest-manifest');
  if (digests.length > 0 && otherThan(manifest.bytes, digests).length === 0) return [];
  const main = saidDigests(signed.main, '-digest-manifest-main-attributes').digests;
  const sections = [...signed.sections].map(([name, section]) => ({
    listed: manifest.sections.get(name),
    said: saidDigests(section, '-digest'),
  }));
  const holdsBySection =
    otherThan(manifest.main.bytes, main).length === 0 &&
    sections.every(
      ({ listed, said }) =>
        listed && said.digests.length > 0 && otherThan(listed.bytes, said.digests).length === 0,
    );
  if (holdsBySection) return [];
  if (digests.length === 0 && unknown.length > 0)
    return [unknownBy(`the digest of ${MANIFEST} is by ${unknown[0]}, which is not known`)];
  return [wrongBy(`${MANIFEST} is not what was signed`)];
}

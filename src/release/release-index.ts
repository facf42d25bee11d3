import { fail, ok, type Result } from '../base/index.ts';
import type { GateRecord } from './gates.ts';

export type FileKind =
  | 'archive'
  | 'checksum'
  | 'manifest'
  | 'sbom'
  | 'changelog'
  | 'notes'
  | 'app'
  | 'package'
  | 'provenance';

export interface IndexedFile {
  /** In the folder of the release; without folders. */
  readonly name: string;
  readonly kind: FileKind;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export interface IndexedImage {
  /** Of the workspace: `base`. */
  readonly name: string;
  /** `registry/repository:tag`. */
  readonly reference: string;
  /** Of the manifest or index that the reference names: `sha256:…`. */
  readonly digest: string;
}

/** A web app of the release, which people install from where it is served. */
export interface IndexedWebApp {
  /** Of the workspace: `webapp`. */
  readonly name: string;
  readonly title: string;
  readonly address: string;
}

/**
 * All that a release consists of. It names no signature and no provenance, so that it has the same bytes whoever makes the
 * release, and a signature of it is one of everything.
 */
export interface ReleaseIndex {
  readonly name: string;
  readonly version: string;
  readonly channel: string;
  readonly number: number;
  readonly commit: string;
  readonly buildId: string;
  readonly timestamp: string;
  readonly files: readonly IndexedFile[];
  readonly images: readonly IndexedImage[];
  /** Absent where no web app says where it is served. */
  readonly webApps?: readonly IndexedWebApp[];
  readonly gates: GateRecord;
}

/** What every release's files begin with, as the document names them. */
export const RELEASE_NAME = 'mobileops';

export function indexName(version: string): string {
  return `${RELEASE_NAME}-${version}-release.json`;
}

/** Where the release was built, as a statement. */
export function originName(version: string): string {
  return `${RELEASE_NAME}-${version}-provenance.json`;
}

/** The same statement in a signed envelope. */
export function originBundleName(version: string): string {
  return `${RELEASE_NAME}-${version}-provenance.sigstore.json`;
}

export interface ImageFileNames {
  /** Who made it, in a signed envelope. */
  readonly signature: string;
  /** Where it was made, in another one. */
  readonly origin: string;
  /** What older programs want signed; its signature lies beside it, as that of any file. */
  readonly payload: string;
}

/** What a release has of an image for who verifies it; publishing attaches it to the image. */
export function imageFileNames(version: string, image: string): ImageFileNames {
  const stem = `${RELEASE_NAME}-${version}-image-${image}`;
  return {
    signature: `${stem}.sigstore.json`,
    origin: `${stem}-provenance.sigstore.json`,
    payload: `${stem}-payload.json`,
  };
}

const FORMAT = 1;

export function indexText(index: ReleaseIndex): string {
  return `${JSON.stringify({ format: FORMAT, ...index }, undefined, 2)}\n`;
}

export const MAX_INDEX_BYTES = 2 ** 22;
const MAX_FILES = 10_000;
const MAX_WEB_APPS = 100;
export const MAX_TITLE_CHARACTERS = 100;
const MAX_ADDRESS_CHARACTERS = 500;
/** No folder, no hidden file, nothing that a shell or a URL reads as more than a name. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+@-]{0,199}$/;
const VERSION = /^\d[0-9A-Za-z.+-]{0,99}$/;

/** Reads the index of a release that came from elsewhere; the failure says what it is not. */
export function parseIndex(text: string): Result<ReleaseIndex, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('it is no JSON');
  }
  const { format, files, images, webApps = [], gates, ...rest } = fieldsOf(value);
  if (format !== FORMAT) return fail(`its format is not ${FORMAT}`);
  const { name, version, channel, number, commit, buildId, timestamp } = rest;
  const texts = [name, version, channel, commit, buildId, timestamp];
  if (!texts.every((each) => typeof each === 'string' && each.length <= 200))
    return fail('a name is missing');
  if (name !== RELEASE_NAME || !VERSION.test(version as string))
    return fail('its name or its version is none');
  if (typeof number !== 'number' || !Array.isArray(files) || !Array.isArray(images))
    return fail('a list is missing');
  if (files.length > MAX_FILES || !files.every(isFile)) return fail('one of its files is none');
  if (new Set(files.map((file) => file.name)).size !== files.length) return fail('it names a file twice');
  if (!images.every(isImage)) return fail('one of its images is none');
  if (!Array.isArray(webApps) || webApps.length > MAX_WEB_APPS || !webApps.every(isWebApp))
    return fail('one of its web apps is none');
  if (!isGateRecord(fieldsOf(gates))) return fail('it says nothing of the gates');
  return ok(value as ReleaseIndex);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function isFile(value: unknown): value is IndexedFile {
  const { name, kind, sizeBytes, sha256 } = fieldsOf(value);
  if (typeof name !== 'string' || !isPlainName(name) || typeof kind !== 'string') return false;
  if (typeof sizeBytes !== 'number' || !Number.isSafeInteger(sizeBytes) || sizeBytes < 0) return false;
  return typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}

function isImage(value: unknown): value is IndexedImage {
  const { name, reference, digest } = fieldsOf(value);
  return (
    typeof name === 'string' && typeof reference === 'string' && /^sha256:[0-9a-f]{64}$/.test(String(digest))
  );
}

function isWebApp(value: unknown): value is IndexedWebApp {
  const { name, title, address } = fieldsOf(value);
  if (typeof name !== 'string' || !isPlainName(name)) return false;
  if (typeof title !== 'string' || title === '' || title.length > MAX_TITLE_CHARACTERS) return false;
  if (typeof address !== 'string' || address.length > MAX_ADDRESS_CHARACTERS) return false;
  return ['https:', 'http:'].includes(URL.parse(address)?.protocol ?? '');
}

function isGateRecord({ state, reason, exceptions }: Readonly<Record<string, unknown>>): boolean {
  if (state === 'green') return true;
  if (state === 'not-checked') return typeof reason === 'string';
  const isException = (value: unknown): boolean =>
    [fieldsOf(value).gate, fieldsOf(value).reason].every((each) => typeof each === 'string');
  return state === 'excepted' && Array.isArray(exceptions) && exceptions.every(isException);
}

/** Whether a text may name a file of a release. */
export function isPlainName(name: string): boolean {
  return FILE_NAME.test(name) && !name.includes('..');
}

import { createHash } from 'node:crypto';
import { fail, ok, type Result } from '../base/index.ts';
import { parseJson } from './parse-json.ts';

/** Media types of the manifests that a registry takes: OCI's, and Docker's of schema 2. */
export const MANIFEST_TYPES = {
  image: [
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.v2+json',
  ],
  index: [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
  ],
} as const;

export interface Content {
  readonly digest: string;
  readonly sizeBytes: number;
}

/** What a manifest says of other content, for who stores it. */
export interface ManifestDocument {
  readonly kind: 'image' | 'index';
  readonly mediaType: string;
  /** Of a referrer: its own, else that of its config. */
  readonly artifactType: string | undefined;
  readonly annotations: Readonly<Record<string, string>> | undefined;
  /** What it says something about; it need not be there. */
  readonly subject: string | undefined;
  /** Config and layers, each once; without layers that are fetched from elsewhere. */
  readonly blobs: readonly Content[];
  /** Manifests of an index, each once. */
  readonly manifests: readonly Content[];
}

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const MEDIA_TYPE = /^[A-Za-z0-9][\w!#$&^.+-]{0,126}\/[A-Za-z0-9][\w!#$&^.+-]{0,126}$/;
/** Layers that by their type are distributed by somebody else. */
const FOREIGN =
  /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;
const MOST_ENTRIES = 10_000;

type Fields = Readonly<Record<string, unknown>>;
type Descriptor = Content & { readonly mediaType: string };

/**
 * Reads a manifest as it was pushed. `statedType` is what the request calls it. All problems are told, as sentences without
 * a full stop.
 */
export function readManifest(text: string, statedType: string): Result<ManifestDocument, readonly string[]> {
  const document = parseJson(text);
  if (!isObject(document)) return fail(['the manifest is not a JSON object']);
  const problems: string[] = [];
  const mediaType = typeOf(document, statedType, problems);
  if (document.schemaVersion !== 2) problems.push('`schemaVersion` is not 2');
  const kind = kindOf(mediaType);
  if (kind === undefined)
    return fail([...problems, `manifests of the type \`${mediaType}\` are not supported`]);
  const config = kind === 'image' ? descriptor(document.config, 'config', problems) : undefined;
  const layers = kind === 'image' ? descriptors(document.layers, 'layers', problems) : [];
  const manifests = kind === 'index' ? descriptors(document.manifests, 'manifests', problems) : [];
  if (kind === 'index' && (document.layers !== undefined || document.config !== undefined))
    problems.push('an index has neither `config` nor `layers`');
  const subject =
    document.subject === undefined ? undefined : descriptor(document.subject, 'subject', problems);
  const artifactType = text128(document.artifactType, 'artifactType', problems);
  const annotations = annotationsOf(document.annotations, problems);
  if (problems.length > 0) return fail(problems);
  const own = layers.filter((layer) => !FOREIGN.test(layer.mediaType));
  return ok({
    ...{ kind, mediaType, annotations },
    artifactType: artifactType || config?.mediaType,
    subject: subject?.digest,
    blobs: eachOnce(config ? [config, ...own] : own),
    manifests: eachOnce(manifests),
  });
}

function kindOf(mediaType: string): ManifestDocument['kind'] | undefined {
  if (MANIFEST_TYPES.image.some((each) => each === mediaType)) return 'image';
  return MANIFEST_TYPES.index.some((each) => each === mediaType) ? 'index' : undefined;
}

/** A document that calls itself something else than its sender does is one that two readers could read differently. */
function typeOf({ mediaType }: Fields, statedType: string, problems: string[]): string {
  const stated = statedType.split(';')[0]!.trim();
  const isGeneric = ['', 'application/json', 'application/octet-stream'].includes(stated);
  if (mediaType === undefined) return stated;
  if (typeof mediaType !== 'string') problems.push('`mediaType` is not a text');
  else if (!isGeneric && mediaType !== stated)
    problems.push(`the manifest calls itself \`${mediaType}\` and its sender calls it \`${stated}\``);
  return isGeneric ? String(mediaType) : stated;
}

function descriptors(value: unknown, name: string, problems: string[]): readonly Descriptor[] {
  if (!Array.isArray(value)) {
    problems.push(`\`${name}\` is not a list`);
    return [];
  }
  if (value.length > MOST_ENTRIES) problems.push(`\`${name}\` has more than ${MOST_ENTRIES} entries`);
  return value
    .slice(0, MOST_ENTRIES)
    .flatMap((each, at) => descriptor(each, `${name}[${at}]`, problems) ?? []);
}

function descriptor(value: unknown, name: string, problems: string[]): Descriptor | undefined {
  if (!isObject(value)) {
    problems.push(`\`${name}\` is not a descriptor`);
    return undefined;
  }
  const { mediaType, digest, size, data } = value;
  const before = problems.length;
  if (typeof mediaType !== 'string' || !MEDIA_TYPE.test(mediaType))
    problems.push(`\`${name}.mediaType\` is not a media type`);
  if (typeof digest !== 'string' || !DIGEST.test(digest))
    problems.push(`\`${name}.digest\` is not a digest by sha256 or sha512`);
  if (!Number.isSafeInteger(size) || (size as number) < 0) problems.push(`\`${name}.size\` is not a size`);
  if (problems.length > before) return undefined;
  const checked = { mediaType: mediaType as string, digest: digest as string, sizeBytes: size as number };
  if (data !== undefined && !isData(data, checked))
    problems.push(`\`${name}.data\` is not the content that its digest names`);
  return checked;
}

function isData(data: unknown, { digest, sizeBytes }: Content): boolean {
  if (typeof data !== 'string') return false;
  const bytes = Buffer.from(data, 'base64');
  const [algorithm = '', hex] = digest.split(':');
  return bytes.byteLength === sizeBytes && createHash(algorithm).update(bytes).digest('hex') === hex;
}

function text128(value: unknown, name: string, problems: string[]): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string' && MEDIA_TYPE.test(value)) return value;
  problems.push(`\`${name}\` is not a media type`);
  return undefined;
}

function annotationsOf(value: unknown, problems: string[]): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (isObject(value) && Object.values(value).every((each) => typeof each === 'string'))
    return value as Record<string, string>;
  problems.push('`annotations` is not a map from text to text');
  return undefined;
}

function eachOnce(all: readonly Descriptor[]): readonly Content[] {
  return [...new Map(all.map(({ digest, sizeBytes }) => [digest, { digest, sizeBytes }])).values()];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

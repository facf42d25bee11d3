/** What two builders made of the same Dockerfile, in a form that can be held side by side. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Member {
  readonly path: string;
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  readonly target: string;
  readonly sha256: string;
  readonly xattrs: readonly string[];
}

export interface BuiltImage {
  /** Layers with members, lowest first. */
  readonly layers: readonly (readonly Member[])[];
  /** What is there once all lie over each other. */
  readonly files: readonly Member[];
  /** Fields of the config, `config.` in front of those of the container. */
  readonly fields: Readonly<Record<string, unknown>>;
}

interface Manifest {
  readonly config: { readonly digest: string };
  readonly layers: readonly { readonly digest: string }[];
}

/** An OCI layout with one image. */
export function readLayoutImage(root: string): BuiltImage {
  const blob = (digest: string): string => join(root, 'blobs', digest.replace(':', '/'));
  const index = JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'));
  return readImage(JSON.parse(readFileSync(blob(index.manifests[0].digest), 'utf8')), blob);
}

/** A folder as `push dir:` writes it. */
export function readDirImage(root: string): BuiltImage {
  const blob = (digest: string): string => join(root, digest.replace('sha256:', ''));
  return readImage(JSON.parse(readFileSync(join(root, 'manifest.json'), 'utf8')), blob);
}

function readImage(manifest: Manifest, blob: (digest: string) => string): BuiltImage {
  const config = JSON.parse(readFileSync(blob(manifest.config.digest), 'utf8'));
  const paths = manifest.layers.map(({ digest }) => blob(digest));
  const listing = execFileSync('python3', [join(import.meta.dirname, 'list_layers.py'), ...paths], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { architecture, os, author, variant } = config;
  const fields: Record<string, unknown> = { architecture, os, author, variant };
  for (const [name, value] of Object.entries(config.config ?? {})) fields[`config.${name}`] = value;
  const layers = JSON.parse(listing) as Member[][];
  return { layers: withoutRepetition(layers), files: merged(layers), fields: withoutEmpty(fields) };
}

/** Layers of images without RUN have no whiteouts; a file hides the folder that it replaces. */
function merged(layers: readonly (readonly Member[])[]): Member[] {
  const files = new Map<string, Member>();
  for (const member of layers.flat()) {
    if (member.path === '') continue;
    if (member.kind !== 'folder')
      for (const path of files.keys()) if (path.startsWith(`${member.path}/`)) files.delete(path);
    files.set(member.path, member);
  }
  return [...files.values()].sort(byPath);
}

/** Builders may name the folders again in which they write; what says nothing new is left out, and then empty layers. */
function withoutRepetition(layers: readonly (readonly Member[])[]): Member[][] {
  const seen = new Map<string, string>();
  const kept = layers.map((members) =>
    members.filter((member) => {
      const text = JSON.stringify({ ...member, xattrs: [] });
      const isKnown = member.kind === 'folder' && (seen.get(member.path) === text || member.path === '');
      seen.set(member.path, text);
      return !isKnown;
    }),
  );
  return kept.filter((members) => members.length > 0).map((members) => members.toSorted(byPath));
}

function byPath(a: Member, b: Member): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
}

/** Absent, `null` and empty are the same to whoever starts a container. */
function withoutEmpty(fields: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown): boolean =>
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => !isEmpty(value))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** One line a member, for a reader and for what is written down. */
export function layerText(members: readonly Member[]): string {
  return members
    .map(({ path, kind, mode, owner, target, sha256 }) => {
      const content = kind === 'file' ? ` ${sha256.slice(0, 12)}` : target === '' ? '' : ` -> ${target}`;
      return `${kind} ${path} ${kind === 'link' ? '' : `${mode.replace('0o', '').padStart(4, '0')} `}${owner}${content}`;
    })
    .join('\n');
}

/** The whole image as a text: fields, then layers. */
export function imageText({ fields, layers }: BuiltImage): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${[lines.join('\n'), ...layers.map(layerText)].join('\n--\n')}\n`;
}

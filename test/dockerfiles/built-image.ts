/** What two builders made of the same Dockerfile, in a form that can be held side by side. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byPath, flatFiles, hiddenBy, isWhiteout } from './flat-files.ts';

export interface Member {
  readonly path: string;
  readonly kind: string;
  readonly mode: string;
  readonly owner: string;
  /** Of a link what it holds, of a hard link the other name, of a device its numbers. */
  readonly target: string;
  readonly sha256: string;
  /** `name=` and the value in hexadecimal. */
  readonly xattrs: readonly string[];
}

export interface BuiltImage {
  /** Layers with members, lowest first, without what says nothing new. */
  readonly layers: readonly (readonly Member[])[];
  /** What is there once all lie over each other. */
  readonly files: readonly Member[];
  /** Fields of the config, `config.` in front of those of the container. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly history: readonly string[];
}

interface Manifest {
  readonly config: { readonly digest: string };
  /** BuildKit's are `null` where there are none. */
  readonly layers: readonly { readonly digest: string }[] | null;
}

interface History {
  readonly created_by?: string;
  readonly comment?: string;
  readonly empty_layer?: boolean;
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
  const { config: container, history, rootfs, created: _, ...others } = config;
  const fields: Record<string, unknown> = others;
  for (const [name, value] of Object.entries(container ?? {})) fields[`config.${name}`] = value;
  const layers = listLayers(
    (manifest.layers ?? []).map(({ digest }, at) => [rootfs.diff_ids[at], blob(digest)]),
  );
  return {
    layers: withoutRepetition(layers),
    files: flatFiles(layers),
    fields: withoutEmpty(fields),
    history: ((history ?? []) as History[]).map(historyText),
  };
}

function historyText({ created_by, comment, empty_layer }: History): string {
  return `${empty_layer ? 'no layer' : 'layer'}: ${created_by ?? ''}${comment ? ` (${comment})` : ''}`;
}

/** Members of layers by what the layer unpacks to: a base is read once. */
const known = new Map<string, readonly Member[]>();

function listLayers(layers: readonly (readonly [diffId: string, path: string])[]): (readonly Member[])[] {
  const unread = layers.filter(([diffId]) => !known.has(diffId));
  const listing = execFileSync(
    'python3',
    [join(import.meta.dirname, 'list_layers.py'), ...unread.map(([, path]) => path)],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  for (const [at, members] of (JSON.parse(listing) as Member[][]).entries())
    known.set(unread[at]![0], members);
  return layers.map(([diffId]) => known.get(diffId)!);
}

/** Builders may name again what has not changed, as the folders in which they write; that is left out, and then empty layers. */
function withoutRepetition(layers: readonly (readonly Member[])[]): Member[][] {
  const seen = new Map<string, string>();
  const kept = layers.map((members) => {
    for (const { path } of members) forget(seen, path);
    return members.filter((member) => {
      const text = JSON.stringify(member);
      const isKnown = seen.get(member.path) === text || member.path === '';
      if (!isWhiteout(member.path)) seen.set(member.path, text);
      return !isKnown;
    });
  });
  return kept.filter((members) => members.length > 0).map((members) => members.toSorted(byPath));
}

/** What a whiteout hides is new when it comes again. */
function forget(seen: Map<string, string>, path: string): void {
  const hidden = hiddenBy(path);
  if (hidden === undefined) return;
  for (const each of seen.keys()) if (`${each}/`.startsWith(hidden)) seen.delete(each);
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
  return members.map((member) => `${member.kind} ${member.path} ${memberText(member)}`).join('\n');
}

/** All of a member but its kind and name. */
export function memberText({ kind, mode, owner, target, sha256, xattrs }: Member): string {
  const content = kind === 'file' ? ` ${sha256.slice(0, 12)}` : '';
  const other = target === '' ? '' : ` -> ${target}`;
  const bits = kind === 'link' ? '' : `${mode.replace('0o', '').padStart(4, '0')} `;
  return [`${bits}${owner}${content}${other}`, ...xattrs].join(' ');
}

/** The whole image as a text: fields, then layers. */
export function imageText({ fields, layers }: BuiltImage): string {
  const lines = Object.entries(fields).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `${[lines.join('\n'), ...layers.map(layerText)].join('\n--\n')}\n`;
}

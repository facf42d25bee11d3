import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../src/action/index.ts';
import { parseDigest } from '../../src/base/index.ts';
import { type Cas, openDiskStore } from '../../src/cas/index.ts';
import { realHost } from '../../src/host/index.ts';

/** Results, what a build keeps open, and the clients' own caches. */
const LEFT_OUT = new Set(['ac', 'clients', 'containers', 'locks', 'sessions', 'tmp']);

/**
 * Makes `prepared`, a store with warm tools and no result, from `built`, in which everything was built once: it holds the
 * blobs that were `fetched`, tools as they are unpacked and made ready, and what is known of the machine. Whatever an action
 * made is left out.
 */
export function makePreparedStore(options: {
  readonly built: string;
  readonly fetched: ReadonlySet<string>;
  readonly prepared: string;
}): void {
  const { built, fetched, prepared } = options;
  copyLinked(built, prepared, (name) => !LEFT_OUT.has(name));
  const learned = join(built, 'clients', 'digests');
  if (existsSync(learned)) {
    mkdirSync(join(prepared, 'clients'));
    execFileSync('cp', ['-a', learned, join(prepared, 'clients')]);
  }
  const tools = toolContent(prepared);
  for (const { name, path } of blobsOf(prepared)) {
    if (!fetched.has(hashOf(name)) && !tools.blobs.has(hashOf(name))) rmSync(path);
  }
  const trees = join(prepared, 'trees');
  for (const name of existsSync(trees) ? readdirSync(trees) : []) {
    if (!tools.roots.has(name)) rmSync(join(trees, name), { recursive: true });
  }
}

/** A store with the same content. In one call, so that what is linked within it stays linked. */
export function copyLinked(from: string, to: string, wants: (name: string) => boolean = () => true): void {
  mkdirSync(to, { recursive: true });
  const parts = readdirSync(from).filter(wants);
  execFileSync('cp', ['-al', '--', ...parts.map((name) => join(from, name)), to]);
}

export function blobHashes(store: string): Set<string> {
  return new Set(blobsOf(store).map(({ name }) => hashOf(name)));
}

/** A blob is `<hash>` and, where it may be executed, `<hash>.x`. */
function hashOf(name: string): string {
  return name.slice(0, 64);
}

function blobsOf(store: string): { readonly name: string; readonly path: string }[] {
  const cas = join(store, 'cas');
  if (!existsSync(cas)) return [];
  return readdirSync(cas).flatMap((folder) =>
    readdirSync(join(cas, folder)).map((name) => ({ name, path: join(cas, folder, name) })),
  );
}

/** The trees that the store remembers for tools, and all that they reach. */
function toolContent(store: string): { readonly roots: Set<string>; readonly blobs: Set<string> } {
  const { fs, clock, env } = realHost();
  const { cas } = openDiskStore({ fs, clock, env, root: store });
  const [roots, blobs] = [new Set<string>(), new Set<string>()];
  const folder = join(store, 'toolchains');
  for (const name of readdirSync(folder)) {
    const digest = parseDigest(readFileSync(join(folder, name), 'utf8').trim());
    const tree = digest && (cas as Cas).getTree(digest);
    if (!tree) continue;
    roots.add(tree.digest.hash);
    addReached(tree, blobs);
  }
  return { roots, blobs };
}

function addReached({ digest, files, directories }: Tree, blobs: Set<string>): void {
  blobs.add(digest.hash);
  for (const file of files) blobs.add(file.digest.hash);
  for (const { tree } of directories) addReached(tree, blobs);
}

import { posix } from 'node:path';
import { type Diagnostic, mavenModule, ok, type Result } from '../base/index.ts';
import type { ClientContext } from './client.ts';
import { type Coursier, coursierFetch } from './coursier.ts';
import type { GraphNode } from './coursier-graph.ts';
import { type ModuleMetadata, readModuleMetadata } from './module-metadata.ts';

/** How a POM tells that Gradle's metadata lie beside it. */
export const MARKER = 'do_not_remove: published-with-gradle-metadata';

export interface MetadataQuestion {
  readonly what: string;
  readonly scope: 'compile' | 'runtime';
}

/** Gradle's metadata of modules, each fetched once; a repository that lost a file of them says nothing. */
export class MetadataReader {
  readonly #context: ClientContext;
  readonly #coursier: Coursier;
  readonly #texts = new Map<string, string>();

  constructor(context: ClientContext, coursier: Coursier) {
    this.#context = context;
    this.#coursier = coursier;
  }

  async read(
    nodes: readonly GraphNode[],
    { what, scope }: MetadataQuestion,
  ): Promise<Result<ReadonlyMap<string, ModuleMetadata>, Diagnostic>> {
    const unknown = nodes.filter((node) => !this.#texts.has(coordinateOf(node)));
    const fetched = await this.#fetch(unknown.filter((node) => this.#isMarked(node)).map(coordinateOf), what);
    if (!fetched.ok) return fetched;
    for (const node of unknown) {
      const path = fetched.value.get(node.module);
      const text = path === undefined ? '' : this.#context.host.fs.readText(path);
      this.#texts.set(coordinateOf(node), text);
    }
    const metadata = nodes.map((node) => {
      const text = this.#texts.get(coordinateOf(node)) ?? '';
      return [node.module, readModuleMetadata(text, scope)] as const;
    });
    return ok(new Map(metadata));
  }

  /** coursier keeps a POM beside the file that it is for; where there is no file, the metadata may name one. */
  #isMarked({ module, version, files }: GraphNode): boolean {
    const [file] = files;
    if (file === undefined) return true;
    const artifact = module.slice(module.indexOf(':') + 1);
    const pom = posix.join(posix.dirname(file), `${artifact}-${version}.pom`);
    return this.#context.host.fs.readTextIfExists(pom)?.includes(MARKER) ?? false;
  }

  /** By module. One missing file fails a whole call of coursier, which tells all of them: the rest is asked for again. */
  async #fetch(
    coordinates: readonly string[],
    what: string,
  ): Promise<Result<ReadonlyMap<string, string>, Diagnostic>> {
    if (coordinates.length === 0) return ok(new Map());
    const call = { what, isAlone: true, types: 'module' };
    const asked = coordinates.map((each) => `${each},ext=module,type=module`);
    const fetched = await coursierFetch(this.#context, this.#coursier, { ...call, coordinates: asked });
    if (fetched.ok)
      return ok(new Map(fetched.value.map(({ coordinate, path }) => [mavenModule(coordinate), path])));
    const there = coordinates.filter((each) => !isMissing(each, fetched.failure.message));
    return there.length < coordinates.length ? this.#fetch(there, what) : fetched;
  }
}

function isMissing(coordinate: string, said: string): boolean {
  const [, artifact, version] = coordinate.split(':');
  return said.includes(`${artifact}-${version}.module`);
}

function coordinateOf({ module, version }: GraphNode): string {
  return `${module}:${version}`;
}

import { compareGradleVersions, type Diagnostic, fail, mavenModule, ok, type Result } from '../base/index.ts';
import type { AndroidDependency } from '../config/index.ts';
import type { ClientContext } from './client.ts';
import type { Coursier } from './coursier.ts';
import {
  coursierGraph,
  type Graph,
  type GraphCall,
  type GraphNode,
  type ModuleRequest,
} from './coursier-graph.ts';

import { heldBelow } from './held-below.ts';
import type { MetadataReader } from './metadata-reader.ts';
import { explainMissing } from './missing-artifacts.ts';

export interface ClasspathQuestion {
  readonly what: string;
  readonly scope: 'compile' | 'runtime';
  readonly dependencies: readonly AndroidDependency[];
  /** Versions of another class path that hold here too, by module. */
  readonly aligned: ReadonlyMap<string, string>;
  /** What other class paths of the app have told, to begin with; this one adds to it. */
  readonly knowledge: Knowledge;
}

/** Beyond POMs. What turns out not to hold for a graph is dropped there. */
export interface Knowledge {
  /** Lowest versions, by module. */
  readonly floors: Map<string, string>;
  /** `group:artifact:version` by the module in whose place it stands. */
  readonly standIns: Map<string, string>;
}

export interface ClasspathContext {
  readonly context: ClientContext;
  readonly coursier: Coursier;
  readonly metadata: MetadataReader;
}

/** Raising one module can bring others; honest graphs are at rest after two or three rounds. */
const MAX_ROUNDS = 12;

export interface ResolvedClasspath {
  readonly nodes: readonly GraphNode[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * The modules of a class path in its order, by Gradle's choice of versions: the highest that anybody asks for, at least what
 * platforms (BOMs) and Gradle's metadata of the modules say, exactly what is held by `!!`.
 */
export async function resolveClasspath(
  world: ClasspathContext,
  question: ClasspathQuestion,
): Promise<Result<ResolvedClasspath, readonly Diagnostic[]>> {
  const modules = question.dependencies.filter(({ kind }) => kind === 'module');
  if (modules.length === 0) return ok({ nodes: [], warnings: [] });
  const managed = await versionsOfPlatforms(world, question);
  if (!managed.ok) return managed;
  const rounds = new Rounds(question, managed.value);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const graph = await ask(world, rounds.call(), question.dependencies);
    if (!graph.ok) return graph;
    const learned = await rounds.learn(graph.value, world.metadata);
    if (!learned.ok) return fail([learned.failure]);
    if (learned.value) continue;
    const warnings = await heldBelow(world, {
      call: rounds.call(),
      dependencies: modules,
      floors: rounds.refused,
    });
    if (!warnings.ok) return warnings;
    return ok({
      nodes: rounds.reached(graph.value).map((node) => rounds.taken(node)),
      warnings: warnings.value,
    });
  }
  return fail([restless(question.what)]);
}

async function ask(
  { context, coursier }: ClasspathContext,
  call: GraphCall,
  dependencies: readonly AndroidDependency[],
): Promise<Result<Graph, readonly Diagnostic[]>> {
  const graph = await coursierGraph(context, coursier, call);
  if (graph.ok) return graph;
  return fail(await explainMissing({ context, coursier, call, failure: graph.failure, dependencies }));
}

function basicCall({ what, scope, dependencies, aligned }: ClasspathQuestion): Omit<GraphCall, 'requests'> {
  const strict = dependencies.filter(({ isStrict }) => isStrict).map(({ coordinate }) => coordinate.value);
  const held = new Set(strict.map(mavenModule));
  const forced = [...aligned]
    .filter(([module]) => !held.has(module))
    .map(([module, each]) => `${module}:${each}`);
  return { what, scope, platforms: [], forced: [...strict, ...forced] };
}

/** What every module would be at if the platforms alone decided: coursier lets a BOM do that, Gradle takes it as a floor. */
async function versionsOfPlatforms(
  world: ClasspathContext,
  question: ClasspathQuestion,
): Promise<Result<ReadonlyMap<string, string>, readonly Diagnostic[]>> {
  const { dependencies } = question;
  const platforms = dependencies
    .filter(({ kind }) => kind === 'platform')
    .map(({ coordinate }) => coordinate.value);
  if (platforms.length === 0) return ok(new Map());
  const requests = dependencies.filter(({ kind }) => kind === 'module').map(requestOf);
  const graph = await ask(world, { ...basicCall(question), platforms, requests }, dependencies);
  return graph.ok
    ? ok(new Map([...graph.value.values()].map(({ module, version }) => [module, version])))
    : graph;
}

function requestOf({ coordinate, isAlone, exclude }: AndroidDependency): ModuleRequest {
  return { coordinate: coordinate.value, isAlone, exclude };
}

/** Since 1.8 the standard library holds what these two held, so that they must not be older (as Kotlin's Gradle plugin sees to). */
const KOTLIN_LIBRARY = 'org.jetbrains.kotlin:kotlin-stdlib';
const KOTLIN_PARTS = [`${KOTLIN_LIBRARY}-jdk7`, `${KOTLIN_LIBRARY}-jdk8`];

/** What is known more after each resolution, until it is nothing. */
class Rounds {
  readonly #question: ClasspathQuestion;
  readonly #managed: ReadonlyMap<string, string>;
  readonly #requests: readonly ModuleRequest[];
  readonly #forced: ReadonlySet<string>;
  /** Lowest versions of modules that are forced to another. */
  readonly refused = new Map<string, string>();

  constructor(question: ClasspathQuestion, managed: ReadonlyMap<string, string>) {
    this.#question = question;
    this.#managed = managed;
    this.#forced = new Set(basicCall(question).forced.map(mavenModule));
    this.#requests = question.dependencies
      .filter(({ kind }) => kind === 'module')
      .map(requestOf)
      .map((request) => ({ ...request, coordinate: this.#withVersion(request.coordinate) }));
  }

  call(): GraphCall {
    const { floors, standIns } = this.#question.knowledge;
    const raised = [...floors]
      .filter(([module]) => !this.#forced.has(module))
      .map(([module, version]) => ({ coordinate: `${module}:${version}`, isAlone: true, exclude: [] }));
    const placed = [...standIns].map(([module, coordinate]) => ({ ...this.#asked(module), coordinate }));
    return { ...basicCall(this.#question), requests: [...this.#requests, ...placed, ...raised] };
  }

  /** How the app itself asks for a module, where it does. */
  #asked(module: string): Pick<ModuleRequest, 'isAlone' | 'exclude'> {
    const { isAlone = false, exclude = [] } =
      this.#requests.find(({ coordinate }) => mavenModule(coordinate) === module) ?? {};
    return { isAlone, exclude };
  }

  /** Whether the graph told something that asks for another one. */
  async learn(graph: Graph, metadata: MetadataReader): Promise<Result<boolean, Diagnostic>> {
    const reached = this.reached(graph);
    const read = await metadata.read(reached, this.#question);
    if (!read.ok) return read;
    let isNew = false;
    for (const node of reached) {
      const { floors, standIn } = read.value.get(node.module) ?? { floors: [] };
      isNew = this.#takeStandIn(node, standIn) || isNew;
      for (const [module, version] of floors) isNew = this.#raise(graph.get(module), version) || isNew;
      const managed = this.#managed.get(node.module);
      if (managed !== undefined) isNew = this.#raise(node, managed) || isNew;
    }
    const { version } = graph.get(KOTLIN_LIBRARY) ?? { version: '0' };
    if (compareGradleVersions(version, '1.8.0') >= 0)
      for (const part of KOTLIN_PARTS) isNew = this.#raise(graph.get(part), version) || isNew;
    return ok(isNew);
  }

  /** Who is asked for by whom, from the top: a module that only a floor names is none. */
  reached(graph: Graph): readonly GraphNode[] {
    const order = new Map<string, GraphNode>();
    const queue = this.#requests.map(({ coordinate }) => mavenModule(coordinate));
    for (let at = 0; at < queue.length; at++) {
      const node = graph.get(queue[at]!);
      if (!node || order.has(node.module)) continue;
      order.set(node.module, node);
      const standIn = this.#question.knowledge.standIns.get(node.module);
      if (standIn !== undefined) queue.push(mavenModule(standIn));
      queue.push(...node.wants);
    }
    return [...order.values()];
  }

  /** In whose place another stands has no file of its own. */
  taken(node: GraphNode): GraphNode {
    const standIn = this.#question.knowledge.standIns.get(node.module);
    if (standIn === undefined) return node;
    return { ...node, files: [], wants: [...node.wants, mavenModule(standIn)] };
  }

  #raise(node: GraphNode | undefined, version: string): boolean {
    if (!node) return false;
    const isForced = this.#forced.has(node.module);
    const floors = isForced ? this.refused : this.#question.knowledge.floors;
    const floor = floors.get(node.module) ?? node.version;
    if (compareGradleVersions(version, floor) <= 0) return false;
    floors.set(node.module, version);
    return !isForced;
  }

  #takeStandIn({ module }: GraphNode, standIn: string | undefined): boolean {
    const { standIns } = this.#question.knowledge;
    if (standIns.get(module) === standIn) return false;
    if (standIn === undefined) standIns.delete(module);
    else standIns.set(module, standIn);
    return true;
  }

  #withVersion(coordinate: string): string {
    const version = this.#managed.get(coordinate);
    return version === undefined ? coordinate : `${coordinate}:${version}`;
  }
}

function restless(what: string): Diagnostic {
  return {
    code: 'dependencies/unresolvable',
    severity: 'error',
    message: `${what} come to no rest: each version that is raised asks for others`,
    hint: 'hold a version with `!!`: `group:artifact:version!!`',
  };
}

import { posix } from 'node:path';
import {
  type FileNode,
  makeTree,
  mergeTrees,
  nodeAt,
  type Tree,
  treeAt,
  treeUnder,
} from '../action/index.ts';
import { type Digest, fail, ok, type Result } from '../base/index.ts';
import {
  applySteps,
  canonicalJson,
  continueStage,
  type FileOrigin,
  type Json,
  NOT_BUILT,
  type NotBuilt,
  notBuiltBecause,
  notBuiltText,
  parseRunLayer,
  parseStageState,
  type RunContext,
  type RunMount,
  readLayoutDocuments,
  runContext,
  type StageState,
  startStage,
  withoutTriggers,
} from '../oci/index.ts';
import { RUN_FILES, type RunWork } from '../rules/index.ts';

/** A command in an image with all that it can see, and nothing else; paths are relative to its working folder. */
export interface SeenRun extends Omit<RunContext, 'mounts' | 'network'> {
  /** The lowest first. */
  readonly layers: readonly SeenLayer[];
  readonly mounts: readonly SeenMount[];
}

export interface SeenLayer {
  readonly path: string;
  readonly diffId: string;
}

type WithoutOrigin<M> = M extends unknown ? Omit<M, 'origin'> : never;

/** With the layers of an image or a folder in place of where the files come from; a cache may have neither. */
export type SeenMount = WithoutOrigin<RunMount> & {
  readonly layers?: readonly SeenLayer[];
  readonly folder?: string;
};

export interface Texts {
  /** Of a stored blob. */
  read(digest: Digest): string | undefined;
  /** Remembers a text of ours. */
  literal(content: string): Digest;
}

/**
 * What a RUN works on, made of the working folder that its rule planned. The images there have more in their documents
 * than a RUN can see (labels, ports, what a container starts with, the files as a list), and a key of all that would
 * run it again for nothing: of an image, the layers stay, and of its configuration what the command is started with. Where
 * an image is not built for its platform, all that there is is `NOT_BUILT`.
 */
export function containerInputs(planned: Tree, texts: Texts): Result<Tree, string> {
  return new SeenWork(planned, texts).tree();
}

class SeenWork {
  readonly #planned: Tree;
  readonly #texts: Texts;
  readonly #blobs = new Map<string, FileNode>();
  readonly #folders = new Set<string>();

  constructor(planned: Tree, texts: Texts) {
    this.#planned = planned;
    this.#texts = texts;
  }

  tree(): Result<Tree, string> {
    const work = JSON.parse(this.#text(RUN_FILES.work) ?? 'null') as RunWork | null;
    const notBuilt = work && this.#notBuilt(work);
    if (notBuilt) return ok(this.#literal(NOT_BUILT, notBuiltText(notBuilt)));
    const seen = work ? this.#seen(work) : fail(`${RUN_FILES.work} is not there`);
    if (!seen.ok) return seen;
    const folders = [...this.#folders].map((path) =>
      treeUnder(treeAt(this.#planned, path) ?? makeTree({}), path),
    );
    return ok(
      mergeTrees([
        ...folders,
        this.#literal(RUN_FILES.work, canonicalJson(seen.value as unknown as Json)),
        makeTree({ directories: [{ name: LAYERS, tree: makeTree({ files: [...this.#blobs.values()] }) }] }),
      ]),
    );
  }

  #literal(name: string, content: string): Tree {
    return makeTree({ files: [{ name, digest: this.#texts.literal(content), isExecutable: false }] });
  }

  /** Where an image that it stands on or sees is not there for its platform, a RUN is not run. */
  #notBuilt({ base, layers, run }: RunWork): NotBuilt | undefined {
    const origins = run.mounts.flatMap(({ origin }) => (origin?.from === 'layout' ? [origin.path] : []));
    const below = 'path' in base ? [base.path] : [];
    const paths = [...below, ...layers.map((path) => posix.dirname(path)), ...origins];
    return paths
      .map((path) => notBuiltBecause(path, this.#text(posix.join(path, NOT_BUILT))))
      .find((each) => each !== undefined);
  }

  #seen(work: RunWork): Result<SeenRun, string> {
    const base = this.#base(work.base);
    if (!base.ok) return base;
    const layers = [...base.value.layers];
    for (const path of work.layers) {
      const document = parseRunLayer(this.#text(path) ?? '');
      if (!document) return fail(`${path} does not tell what an earlier RUN changed`);
      if (document === 'unchanged') continue;
      const layer = this.#layer(posix.join(posix.dirname(path), document.blob), document.diffId);
      if (!layer.ok) return layer;
      layers.push(layer.value);
    }
    const state = applySteps(base.value.state, work.before, work.scope);
    if (!state.ok) return fail(textOf(state.failure));
    const context = runContext(state.value, work.run, work.scope);
    if (!context.ok) return fail(textOf(context.failure));
    const { mounts, network: _network, ...rest } = context.value;
    const seen = collected(mounts.map((mount) => this.#mount(mount)));
    return seen.ok ? ok({ ...rest, layers, mounts: seen.value }) : seen;
  }

  #base(
    base: RunWork['base'],
  ): Result<{ readonly layers: readonly SeenLayer[]; readonly state: StageState }, string> {
    if (base.kind === 'scratch') return ok({ layers: [], state: startStage('scratch') });
    if (base.kind === 'stage' || base.kind === 'registry')
      return fail('the base of a RUN was not put in place');
    const image = this.#image(base.path);
    if (!image.ok) return image;
    const { layers, config } = image.value;
    if (base.kind === 'layout') return ok({ layers, state: withoutTriggers(startStage(config)) });
    const state = parseStageState(this.#text(base.statePath) ?? '');
    if (!state) return fail(`${base.statePath} does not hold the state of a stage`);
    return ok({ layers, state: base.isNewStage ? continueStage(state) : state });
  }

  #image(path: string) {
    const documents = readLayoutDocuments((each) => this.#text(posix.join(path, each)));
    if (!documents.ok) return fail(`${path} ${documents.failure}`);
    const { config } = documents.value;
    const layers = collected(
      documents.value.layers.map((layer) => this.#layer(posix.join(path, layer.path), layer.diffId)),
    );
    return layers.ok ? ok({ config, layers: layers.value }) : layers;
  }

  #mount(mount: RunMount): Result<SeenMount, string> {
    if (mount.type !== 'bind' && mount.type !== 'cache') return ok(mount);
    const { origin, ...rest } = mount;
    const from: FileOrigin | undefined = origin ?? (mount.type === 'bind' ? CONTEXT : undefined);
    if (!from) return ok(rest);
    if (from.from === 'folder') {
      this.#folders.add(from.path);
      return ok({ ...rest, folder: from.path });
    }
    if (from.from !== 'layout')
      return fail(`the source of the mount at ${mount.target} was not put in place`);
    const image = this.#image(from.path);
    return image.ok ? ok({ ...rest, layers: image.value.layers }) : image;
  }

  #layer(path: string, diffId: string): Result<SeenLayer, string> {
    const found = nodeAt(this.#planned, path);
    if (found?.kind !== 'file') return fail(`the layer ${path} is not there`);
    const { digest } = found.node;
    this.#blobs.set(digest.hash, { name: digest.hash, digest, isExecutable: false });
    return ok({ path: posix.join(LAYERS, digest.hash), diffId });
  }

  #text(path: string): string | undefined {
    const found = nodeAt(this.#planned, path);
    return found?.kind === 'file' ? this.#texts.read(found.node.digest) : undefined;
  }
}

const LAYERS = 'layers';
const CONTEXT: FileOrigin = { from: 'folder', path: 'context' };

function collected<T>(results: readonly Result<T, string>[]): Result<T[], string> {
  const values: T[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}

function textOf(failure: {
  readonly kind: string;
  readonly message?: string;
  readonly name?: string;
}): string {
  return failure.message ?? `the value of ${failure.name} is not known here`;
}

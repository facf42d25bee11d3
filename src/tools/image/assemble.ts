import { posix } from 'node:path';
import { fail, InternalError, ok, type Result } from '../../base/index.ts';
import {
  applyStep,
  continueStage,
  type FileOrigin,
  type HistoryEntry,
  type ImagePlan,
  parseRunLayer,
  parseStageState,
  platformOfStage,
  type RunLayer,
  type StageBase,
  type StagePlan,
  type StageState,
  type Step,
  startStage,
  withoutTriggers,
} from '../../oci/index.ts';
import type { ToolContext } from '../tool.ts';
import { makeFolder } from './copy-files.ts';
import { Copying, type CopyStage } from './copy-step.ts';
import { failureText } from './failure-text.ts';
import { type FileNode, FileTree } from './file-tree.ts';
import { filesDocument, type Member, memberIn, parseFilesDocument } from './files-document.ts';
import { assertAtHome, ImageNotBuilt, notBuiltFrom } from './image-not-built.ts';
import { applyLayer, type Layer, linksOf, writeLayer } from './layer.ts';
import { loadFolder } from './load-folder.ts';
import { type LayoutImage, readLayout } from './read-layout.ts';
import { StageFiles } from './stage-files.ts';

/** A stage as it stands: its files, its configuration, and the layers that make them. */
export interface BuiltStage {
  readonly files: StageFiles;
  readonly state: StageState;
  readonly layers: readonly Layer[];
  readonly history: readonly HistoryEntry[];
}

/** Carries out a plan; writes layers into `blobFolder`. */
export class Assembly {
  readonly #plan: ImagePlan;
  readonly #context: ToolContext;
  readonly #blobFolder: string;
  readonly #copying: Copying;
  readonly #given: readonly Layer[] | undefined;
  readonly #stages: BuiltStage[] = [];
  readonly #folders = new Map<string, FileTree>();
  /** Where the bytes of files that were copied are in the image. */
  readonly #members = new Map<FileNode, Member>();
  /** Only these stages' layers are written; of the others the files are enough. */
  #isInResult = true;
  /** Whose programs alone may be copied; any where it is the machine's own. */
  #architecture: string | undefined;
  #layerCount = 0;

  /** `given` are the layers that the same steps have made of the same files already. */
  constructor(
    plan: ImagePlan,
    context: ToolContext,
    where: { readonly blobFolder: string; readonly given?: readonly Layer[] },
  ) {
    this.#plan = plan;
    this.#context = context;
    this.#blobFolder = where.blobFolder;
    this.#given = where.given;
    this.#copying = new Copying(plan, context, (origin) => this.#tree(origin));
  }

  /** The last stage; a failure names the instruction. Throws `ImageNotBuilt`. */
  async run(): Promise<Result<BuiltStage, string>> {
    const result = stagesOfResult(this.#plan);
    for (const [index, stage] of this.#plan.stages.entries()) {
      this.#isInResult = result.has(index);
      this.#architecture = stage.isForeign ? platformOfStage(this.#plan, stage).split('/')[1] : undefined;
      const built = await this.#buildStage(stage);
      if (!built.ok) return built;
      this.#stages.push(built.value);
    }
    return ok(this.#stages.at(-1)!);
  }

  /** The document that tells the files of a stage; `undefined` where that would mean to unpack its base. */
  async filesDocument({ files, layers }: BuiltStage): Promise<string | undefined> {
    if (!files.isNear) return undefined;
    const inLayer = memberIn(layers);
    return filesDocument(await files.tree(), layers, (node) => inLayer(node) ?? this.#members.get(node));
  }

  async #buildStage(plan: StagePlan): Promise<Result<BuiltStage, string>> {
    const start = await this.#startStage(plan);
    if (!start.ok) return start;
    let stage = start.value;
    for (const step of plan.steps) {
      const next = await this.#applyStep(stage, step);
      if (!next.ok) return fail(`${step.text}\n  ${next.failure}`);
      stage = next.value;
    }
    return ok(stage);
  }

  async #startStage({ base, triggers = [] }: StagePlan): Promise<Result<BuiltStage, string>> {
    switch (base.kind) {
      case 'scratch':
        return ok({
          ...{ files: new StageFiles(async () => new FileTree(), true), state: startStage('scratch') },
          ...{ layers: [], history: [] },
        });
      case 'stage': {
        const stage = this.#stages[base.index];
        if (!stage) return fail('a stage stands on one that comes later');
        return ok({ ...stage, files: stage.files.copy(), state: continueStage(stage.state) });
      }
      case 'registry':
        return fail(`${base.reference} was not put in place`);
      case 'continued':
        return this.#continued(base);
      case 'layout': {
        const image = this.#layout(base.path);
        if (!image.ok) return image;
        const { config } = image.value;
        const found = config.config?.OnBuild ?? [];
        if (found.length !== triggers.length || found.some((each, at) => each !== triggers[at])) {
          return fail(
            `the base has other instructions for the images that stand on it than were read:\n  ${found.join('\n  ')}`,
          );
        }
        return ok(this.#onImage(image.value, withoutTriggers(startStage(config))));
      }
    }
  }

  #continued(base: StageBase & { kind: 'continued' }): Result<BuiltStage, string> {
    const { fs, workingDirectory } = this.#context;
    const image = this.#layout(base.path);
    if (!image.ok) return image;
    const statePath = posix.resolve(workingDirectory, base.statePath);
    const state = fs.lstat(statePath)?.type === 'file' ? parseStageState(fs.readText(statePath)) : undefined;
    if (!state) return fail(`${base.statePath} does not hold the state of a stage`);
    return ok(this.#onImage(image.value, base.isNewStage ? continueStage(state) : state));
  }

  #layout(path: string): Result<LayoutImage, string> {
    this.#assertBuilt(path);
    return readLayout(this.#context.fs, posix.resolve(this.#context.workingDirectory, path));
  }

  #onImage(image: LayoutImage, state: StageState): BuiltStage {
    const { config, layers } = image;
    const files = new StageFiles(() => this.#filesOf(image), image.filesText !== undefined);
    return { files, state, layers, history: config.history ?? [] };
  }

  async #filesOf({ layers, filesText }: LayoutImage): Promise<FileTree> {
    const told = filesText === undefined ? undefined : parseFilesDocument(filesText, layers);
    if (told) return told;
    const files = new FileTree();
    for (const { path } of layers) await applyLayer(this.#context.fs, files, path);
    return files;
  }

  async #applyStep(stage: BuiltStage, step: Step): Promise<Result<BuiltStage, string>> {
    const state = applyStep(stage.state, step, this.#plan);
    if (!state.ok) return fail(failureText(state.failure));
    const next = { ...stage, state: state.value };
    switch (step.do) {
      case 'copy': {
        const written = await this.#copying.run(await withTree(next), step.copy);
        return written.ok ? ok(await this.#withLayer(next, step, written.value)) : written;
      }
      case 'workdir': {
        const made = await this.#makeWorkdir(next);
        return made.ok ? ok(await this.#withLayer(next, step, made.value)) : made;
      }
      case 'run':
        return step.layer ? this.#withRunLayer(next, step, step.layer) : fail('the RUN was not run');
      default:
        return ok(this.#withHistory(next, step, true));
    }
  }

  /** As BuildKit does, the folder belongs to the USER in force. */
  async #makeWorkdir(stage: BuiltStage): Promise<Result<ReadonlyMap<string, FileNode>, string>> {
    const { User: user = '', WorkingDir: path = '/' } = stage.state.config;
    const read = await withTree(stage);
    const owner = user === '' ? ok(undefined) : await this.#copying.owner(read, user);
    return owner.ok ? makeFolder(read.files, path, owner.value) : owner;
  }

  async #withLayer(stage: BuiltStage, step: Step, nodes: ReadonlyMap<string, FileNode>): Promise<BuiltStage> {
    if (nodes.size === 0 || !this.#isInResult) return this.#withHistory(stage, step, true);
    if (this.#architecture !== undefined) {
      const about = { architecture: this.#architecture, instruction: step.text };
      assertAtHome(this.#context.fs, nodes, about);
    }
    const layer = await this.#layerOf(nodes);
    const { digest } = layer.descriptor;
    const links = linksOf(nodes);
    for (const [path, node] of nodes)
      this.#members.set(node, { layer: digest, member: links.get(path) ?? path });
    return this.#withHistory({ ...stage, layers: [...stage.layers, layer] }, step, false);
  }

  async #layerOf(nodes: ReadonlyMap<string, FileNode>): Promise<Layer> {
    const modifiedAt = this.#plan.createdAt;
    if (!this.#given) return writeLayer(this.#context, this.#blobFolder, { nodes, modifiedAt });
    const given = this.#given[this.#layerCount++];
    if (!given) throw new InternalError('the image that this one is like has fewer layers');
    return given;
  }

  #withRunLayer(stage: BuiltStage, step: Step, { path }: RunLayer): Result<BuiltStage, string> {
    const { fs, workingDirectory } = this.#context;
    this.#assertBuilt(posix.dirname(path));
    const full = posix.resolve(workingDirectory, path);
    const document = fs.lstat(full)?.type === 'file' ? parseRunLayer(fs.readText(full)) : undefined;
    if (!document) return fail(`${path} does not tell what the RUN changed`);
    if (document === 'unchanged') return ok(this.#withHistory(stage, step, true));
    const { descriptor, diffId, blob } = document;
    const layer: Layer = { descriptor, diffId, path: posix.join(posix.dirname(full), blob) };
    const stat = fs.lstat(layer.path);
    if (stat?.type !== 'file' || stat.sizeBytes !== descriptor.size)
      return fail(`${blob} is not the layer of the RUN`);
    const files = stage.files.changed((tree) => applyLayer(fs, tree, layer.path));
    return ok(this.#withHistory({ ...stage, files, layers: [...stage.layers, layer] }, step, false));
  }

  #withHistory(stage: BuiltStage, step: Step, isEmpty: boolean): BuiltStage {
    const entry = {
      created: createdText(this.#plan),
      created_by: step.text,
      ...(isEmpty ? { empty_layer: true } : {}),
    };
    return { ...stage, history: [...stage.history, entry] };
  }

  #assertBuilt(path: string): void {
    const { fs, workingDirectory: root } = this.#context;
    const notBuilt = notBuiltFrom(fs, { root, path });
    if (notBuilt) throw new ImageNotBuilt(notBuilt);
  }

  /** The files that COPY takes from; read once. */
  async #tree(origin: FileOrigin): Promise<Result<FileTree, string>> {
    if (origin.from === 'registry') return fail(`${origin.reference} was not put in place`);
    if (origin.from === 'stage') {
      const stage = this.#stages[origin.index];
      return stage ? ok(await stage.files.tree()) : fail('a COPY takes from a stage that comes later');
    }
    const root = posix.resolve(this.#context.workingDirectory, origin.path);
    const key = `${origin.from}:${root}`;
    const known = this.#folders.get(key);
    if (known) return ok(known);
    if (origin.from === 'layout') this.#assertBuilt(origin.path);
    const image = origin.from === 'layout' ? readLayout(this.#context.fs, root) : undefined;
    if (image && !image.ok) return image;
    const tree = image ? await this.#filesOf(image.value) : loadFolder(this.#context.fs, root);
    this.#folders.set(key, tree);
    return ok(tree);
  }
}

async function withTree(stage: BuiltStage): Promise<CopyStage> {
  return { files: await stage.files.tree(), state: stage.state };
}

/** The last stage and those that it stands on. */
function stagesOfResult({ stages }: ImagePlan): ReadonlySet<number> {
  const indices = new Set<number>();
  for (let index = stages.length - 1; !indices.has(index); ) {
    indices.add(index);
    const base = stages[index]?.base;
    if (base?.kind === 'stage') index = base.index;
  }
  return indices;
}

export function createdText(plan: Pick<ImagePlan, 'createdAt'>): string {
  return new Date(plan.createdAt * 1000).toISOString().replace('.000Z', 'Z');
}

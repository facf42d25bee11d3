import { posix } from 'node:path';
import { fail, ok, type Result } from '../../base/index.ts';
import {
  applyStep,
  type CopyStep,
  continueStage,
  expandIn,
  type HistoryEntry,
  type ImagePlan,
  resolvePath,
  type StagePlan,
  type StageState,
  type Step,
  type StepFailure,
  startStage,
} from '../../oci/index.ts';
import { collect } from '../byte-stream.ts';
import type { ToolContext } from '../tool.ts';
import { type CopyItem, copyFiles, findItems, makeFolder } from './copy-files.ts';
import { type FileNode, FileTree, type Owner } from './file-tree.ts';
import { applyLayer, contentOf, type Layer, LayerContents, writeLayer } from './layer.ts';
import { loadFolder } from './load-folder.ts';
import { parseOwner } from './owner.ts';
import { readLayout } from './read-layout.ts';

/** A stage as it stands: its files, its configuration, and the layers that make them. */
export interface BuiltStage {
  readonly files: FileTree;
  readonly state: StageState;
  readonly layers: readonly Layer[];
  readonly history: readonly HistoryEntry[];
}

/** Carries out a plan; writes layers into `blobFolder`. */
export class Assembly {
  readonly #plan: ImagePlan;
  readonly #context: ToolContext;
  readonly #blobFolder: string;
  readonly #contents: LayerContents;
  readonly #stages: BuiltStage[] = [];
  readonly #folders = new Map<string, FileTree>();
  /** Only these stages' layers are written; of the others the files are enough. */
  #isInResult = true;

  constructor(plan: ImagePlan, context: ToolContext, blobFolder: string) {
    this.#plan = plan;
    this.#context = context;
    this.#blobFolder = blobFolder;
    this.#contents = new LayerContents(context);
  }

  /** The last stage; a failure names the instruction. */
  async run(): Promise<Result<BuiltStage, string>> {
    const result = stagesOfResult(this.#plan);
    for (const [index, stage] of this.#plan.stages.entries()) {
      this.#isInResult = result.has(index);
      const built = await this.#buildStage(stage);
      if (!built.ok) return built;
      this.#stages.push(built.value);
    }
    return ok(this.#stages.at(-1)!);
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

  async #startStage({ base }: StagePlan): Promise<Result<BuiltStage, string>> {
    if (base.kind === 'scratch')
      return ok({ files: new FileTree(), state: startStage('scratch'), layers: [], history: [] });
    if (base.kind === 'stage') {
      const stage = this.#stages[base.index];
      if (!stage) return fail('a stage stands on one that comes later');
      return ok({ ...stage, files: stage.files.copy(), state: continueStage(stage.state) });
    }
    const root = posix.resolve(this.#context.workingDirectory, base.path);
    const image = readLayout(this.#context.fs, root);
    if (!image.ok) return image;
    const { config, layers } = image.value;
    return ok({
      files: await this.#filesOf(layers),
      state: startStage(config),
      layers,
      history: config.history ?? [],
    });
  }

  async #filesOf(layers: readonly Layer[]): Promise<FileTree> {
    const files = new FileTree();
    for (const { path } of layers) await applyLayer(this.#context.fs, files, path);
    return files;
  }

  async #applyStep(stage: BuiltStage, step: Step): Promise<Result<BuiltStage, string>> {
    const state = applyStep(stage.state, step, this.#plan);
    if (!state.ok) return fail(failureText(state.failure));
    const next = { ...stage, state: state.value };
    if (step.do === 'copy') {
      const written = await this.#copy(next, step.copy);
      return written.ok ? ok(await this.#withLayer(next, step, written.value)) : written;
    }
    if (step.do !== 'workdir') return ok(this.#withHistory(next, step, true));
    const made = makeFolder(stage.files, state.value.config.WorkingDir ?? '/');
    return made.ok ? ok(await this.#withLayer(next, step, made.value)) : made;
  }

  async #withLayer(stage: BuiltStage, step: Step, nodes: ReadonlyMap<string, FileNode>): Promise<BuiltStage> {
    if (nodes.size === 0 || !this.#isInResult) return this.#withHistory(stage, step, true);
    const layer = await writeLayer(this.#context, this.#blobFolder, {
      nodes,
      modifiedAt: this.#plan.createdAt,
    });
    return this.#withHistory({ ...stage, layers: [...stage.layers, layer] }, step, false);
  }

  #withHistory(stage: BuiltStage, step: Step, isEmpty: boolean): BuiltStage {
    const entry = {
      created: createdText(this.#plan),
      created_by: step.text,
      ...(isEmpty ? { empty_layer: true } : {}),
    };
    return { ...stage, history: [...stage.history, entry] };
  }

  async #copy(stage: BuiltStage, copy: CopyStep): Promise<Result<ReadonlyMap<string, FileNode>, string>> {
    const destination = this.#expand(stage, copy.destination);
    if (!destination.ok) return destination;
    const items: CopyItem[] = [];
    for (const source of copy.sources) {
      const found = await this.#itemsOf(stage, source);
      if (!found.ok) return found;
      items.push(...found.value);
    }
    const owner = copy.chown === undefined ? ok(undefined) : await this.#ownerOf(stage, copy.chown);
    if (!owner.ok) return owner;
    const mode = copy.chmod === undefined ? ok(undefined) : this.#modeOf(stage, copy.chmod);
    if (!mode.ok) return mode;
    if (copy.isAdd) {
      const archive = await this.#firstArchive(items);
      if (archive !== undefined)
        return fail(`ADD would unpack the archive ${archive}; use COPY, or unpack it in a build step`);
    }
    return copyFiles(stage.files, await this.#extracted(items), {
      path: resolvePath(stage.state.config.WorkingDir, destination.value),
      isFolder: /(?:^|\/)\.?$/.test(destination.value),
      ...(owner.value === undefined ? {} : { owner: owner.value }),
      ...(mode.value === undefined ? {} : { mode: mode.value }),
    });
  }

  #expand(stage: BuiltStage, word: string): Result<string, string> {
    const value = expandIn(stage.state, this.#plan, word);
    return value.ok ? value : fail(failureText(value.failure));
  }

  async #itemsOf(
    stage: BuiltStage,
    source: CopyStep['sources'][number],
  ): Promise<Result<CopyItem[], string>> {
    if (source.from === 'inline') {
      const content = source.isLiteral ? ok(source.content) : this.#expandText(stage, source.content);
      if (!content.ok) return content;
      const bytes = Buffer.from(content.value);
      const node = { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: bytes.byteLength } as const;
      return ok([{ name: source.name, node: { ...node, content: { kind: 'inline', bytes } }, below: [] }]);
    }
    const pattern = this.#expand(stage, source.word);
    if (!pattern.ok) return pattern;
    const files = source.from === 'stage' ? ok(this.#stages[source.index]!.files) : await this.#tree(source);
    return files.ok ? findItems(files.value, pattern.value) : files;
  }

  /** A here-document's text: variables are replaced, quotes stay. */
  #expandText(stage: BuiltStage, text: string): Result<string, string> {
    const kept = text.replace(/["']/g, (quote) => `${this.#plan.escape}${quote}`);
    return this.#expand(stage, kept);
  }

  async #tree(source: {
    readonly from: 'folder' | 'layout';
    readonly path: string;
  }): Promise<Result<FileTree, string>> {
    const root = posix.resolve(this.#context.workingDirectory, source.path);
    const known = this.#folders.get(`${source.from}:${root}`);
    if (known) return ok(known);
    let tree: FileTree;
    if (source.from === 'folder') tree = loadFolder(this.#context.fs, root);
    else {
      const image = readLayout(this.#context.fs, root);
      if (!image.ok) return image;
      tree = await this.#filesOf(image.value.layers);
    }
    this.#folders.set(`${source.from}:${root}`, tree);
    return ok(tree);
  }

  async #extracted(items: readonly CopyItem[]): Promise<CopyItem[]> {
    const nodes = items.flatMap((item) => [item.node, ...item.below.map(([, node]) => node)]);
    const onDisk = await this.#contents.extract(nodes);
    return items.map(({ name, node, below }) => ({
      name,
      node: onDisk.get(node)!,
      below: below.map(([path, each]) => [path, onDisk.get(each)!] as const),
    }));
  }

  async #ownerOf(stage: BuiltStage, word: string): Promise<Result<Owner, string>> {
    const text = this.#expand(stage, word);
    if (!text.ok) return text;
    const passwd = await this.#textOf(stage.files, 'etc/passwd');
    return parseOwner(text.value, { passwd, group: await this.#textOf(stage.files, 'etc/group') });
  }

  #modeOf(stage: BuiltStage, word: string): Result<number, string> {
    const text = this.#expand(stage, word);
    if (!text.ok) return text;
    return /^[0-7]{3,4}$/.test(text.value)
      ? ok(Number.parseInt(text.value, 8))
      : fail(`--chmod=${text.value} is not an octal mode such as 0755`);
  }

  async #textOf(files: FileTree, path: string): Promise<string | undefined> {
    const place = files.resolve(path, true);
    const node = place === undefined ? undefined : files.get(place);
    if (node?.kind !== 'file' || node.sizeBytes > MAX_ACCOUNT_FILE_BYTES) return undefined;
    const onDisk = (await this.#contents.extract([node])).get(node)!;
    return onDisk.kind === 'file'
      ? (await collect(contentOf(this.#context.fs, onDisk))).toString()
      : undefined;
  }

  /** The name of the first item that ADD would unpack, told by its first bytes as Docker does. */
  async #firstArchive(items: readonly CopyItem[]): Promise<string | undefined> {
    for (const { name, node } of items) {
      if (node.kind !== 'file' || node.content.kind !== 'disk') continue;
      for await (const chunk of contentOf(this.#context.fs, node)) {
        if (isArchive(chunk)) return name;
        break;
      }
    }
    return undefined;
  }
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

const MAX_ACCOUNT_FILE_BYTES = 2 ** 20;
const MAGIC = ['1f8b08', '425a68', 'fd377a585a00', '28b52ffd'].map((hex) => Buffer.from(hex, 'hex'));

function isArchive(start: Uint8Array): boolean {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  return (
    MAGIC.some((magic) => bytes.subarray(0, magic.byteLength).equals(magic)) ||
    bytes.subarray(257, 262).toString('latin1') === 'ustar'
  );
}

export function createdText(plan: Pick<ImagePlan, 'createdAt'>): string {
  return new Date(plan.createdAt * 1000).toISOString().replace('.000Z', 'Z');
}

function failureText(failure: StepFailure): string {
  switch (failure.kind) {
    case 'unknown':
      return `the value of ${failure.name} is not known here`;
    case 'required':
    case 'malformed':
    case 'invalid':
      return failure.message;
  }
}

import { posix } from 'node:path';
import { Digester, fail, ok, type Result } from '../../base/index.ts';
import {
  type CopySource,
  type CopyStep,
  expandIn,
  expandWord,
  type FileOrigin,
  type ImagePlan,
  lookupVariable,
  octalMode,
  parseExcludes,
  parseMode,
  resolvePath,
  type StageState,
} from '../../oci/index.ts';
import { collect, fileBytes } from '../byte-stream.ts';
import type { ToolContext } from '../tool.ts';
import { readArchive } from './archive-tree.ts';
import { type CopyTarget, copyFiles, linkFiles } from './copy-files.ts';
import { failureText } from './failure-text.ts';
import type { FileNode, FileTree, Owner } from './file-tree.ts';
import { type CopyEntry, type CopyItem, type FindOptions, findItems } from './find-items.ts';
import { contentOf, LayerContents } from './layer.ts';
import { parseOwner } from './owner.ts';

/** The stage as a COPY finds it. */
export interface CopyStage {
  readonly files: FileTree;
  readonly state: StageState;
}

/** What BuildKit gives to a file that it fetched. */
const FETCHED_MODE = 0o600;
const IMPLIED = { isParent: true, isImplied: true } as const;
const MAX_ACCOUNT_FILE_BYTES = 2 ** 20;

/** Carries out COPY and ADD. `tree` gives the files of an origin. */
export class Copying {
  readonly #plan: ImagePlan;
  readonly #context: ToolContext;
  readonly #contents: LayerContents;
  readonly #tree: (origin: FileOrigin) => Promise<Result<FileTree, string>>;

  constructor(
    plan: ImagePlan,
    context: ToolContext,
    tree: (origin: FileOrigin) => Promise<Result<FileTree, string>>,
  ) {
    this.#plan = plan;
    this.#context = context;
    this.#contents = new LayerContents(context);
    this.#tree = tree;
  }

  /** Copies into the stage's files and gives what a layer must hold. */
  async run(stage: CopyStage, copy: CopyStep): Promise<Result<ReadonlyMap<string, FileNode>, string>> {
    const destination = this.#expand(stage, copy.destination);
    if (!destination.ok) return destination;
    const excludes = parseExcludes(copy.excludes ?? []);
    if (!excludes.ok) return fail(`${excludes.failure} is not a valid pattern`);
    const options: FindOptions = {
      ...(copy.excludes ? { isExcluded: excludes.value } : {}),
      ...(copy.keepsParents ? { keepsParents: true } : {}),
    };
    const items: CopyItem[] = [];
    for (const source of copy.sources) {
      const found = await this.#itemsOf(stage, source, { copy, options });
      if (!found.ok) return found;
      items.push(...found.value);
    }
    const attributes = await this.#attributes(stage, copy);
    if (!attributes.ok) return attributes;
    if (items.length === 0) return ok(new Map());
    const put = copy.isLink && copy.chmod === undefined ? linkFiles : copyFiles;
    return put(stage.files, await this.#extracted(items), {
      path: resolvePath(stage.state.config.WorkingDir, destination.value),
      isFolder: /(?:^|\/)\.?$/.test(destination.value),
      ...attributes.value,
    });
  }

  async #attributes(
    stage: CopyStage,
    { chown, chmod }: CopyStep,
  ): Promise<Result<Pick<CopyTarget, 'owner' | 'mode' | 'folderMode'>, string>> {
    const owner = chown === undefined ? ok(undefined) : await this.#ownerOf(stage, chown);
    if (!owner.ok) return owner;
    const text = chmod === undefined ? ok(undefined) : this.#expand(stage, chmod);
    if (!text.ok) return text;
    const mode = text.value === undefined ? undefined : parseMode(text.value);
    if (text.value !== undefined && !mode)
      return fail(`--chmod=${text.value} is not a mode such as 0755 or a+rX`);
    const octal = text.value === undefined ? undefined : octalMode(text.value);
    // As BuildKit makes folders: without the bits that are no permissions.
    const folderMode = octal === undefined ? undefined : octal & 0o777;
    return ok({
      ...(owner.value === undefined ? {} : { owner: owner.value }),
      ...(mode === undefined ? {} : { mode }),
      ...(folderMode === undefined ? {} : { folderMode }),
    });
  }

  #expand(stage: CopyStage, word: string): Result<string, string> {
    const value = expandIn(stage.state, this.#plan, word);
    return value.ok ? value : fail(failureText(value.failure));
  }

  async #itemsOf(
    stage: CopyStage,
    source: CopySource,
    how: { readonly copy: CopyStep; readonly options: FindOptions },
  ): Promise<Result<CopyItem[], string>> {
    const { copy, options } = how;
    if (source.from === 'inline') return this.#inlineItem(stage, source);
    if (source.from === 'url') {
      const item = await this.#fetchedItem(source);
      return item.ok && copy.unpack === true
        ? this.#unpacked([item.value])
        : item.ok
          ? ok([item.value])
          : item;
    }
    const pattern = this.#expand(stage, source.word);
    if (!pattern.ok) return pattern;
    const files = await this.#tree(source);
    if (!files.ok) return files;
    const items = findItems(files.value, pattern.value, options);
    return items.ok && (copy.unpack ?? copy.isAdd) ? this.#unpacked(items.value) : items;
  }

  /** Variables of a here-document are replaced and quotes stay; its escape character is always a backslash. */
  #inlineItem(stage: CopyStage, source: CopySource & { from: 'inline' }): Result<CopyItem[], string> {
    const content = source.isLiteral
      ? ok(source.content)
      : expandWord(source.content, {
          escape: '\\',
          keepsQuotes: true,
          lookup: (name) => lookupVariable(stage.state, name),
        });
    if (!content.ok) return fail(failureText(content.failure));
    const bytes = Buffer.from(content.value);
    const node = { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: bytes.byteLength } as const;
    return ok([{ name: source.name, node: { ...node, content: { kind: 'inline', bytes } }, below: [] }]);
  }

  async #fetchedItem(source: CopySource & { from: 'url' }): Promise<Result<CopyItem, string>> {
    const { fs, workingDirectory } = this.#context;
    const path = posix.resolve(workingDirectory, source.path);
    if (fs.lstat(path)?.type !== 'file') return fail(`${source.url} was not fetched`);
    const digester = new Digester();
    for await (const chunk of fileBytes(fs, path)) digester.update(chunk);
    const { hash, sizeBytes } = digester.digest();
    if (hash !== source.sha256) {
      return fail(`${source.url} has other bytes than its --checksum says: sha256:${hash}`);
    }
    const content = { kind: 'disk', path } as const;
    const node = { kind: 'file', mode: FETCHED_MODE, uid: 0, gid: 0, sizeBytes, content } as const;
    return ok({ name: source.name, node, below: [] });
  }

  /** Archives become folders that are laid over what is there. */
  async #unpacked(items: readonly CopyItem[]): Promise<Result<CopyItem[], string>> {
    const unpacked: CopyItem[] = [];
    for (const item of await this.#extracted(items)) {
      const { name, node } = item;
      const path = node.kind === 'file' && node.content.kind === 'disk' ? node.content.path : undefined;
      const archive = path === undefined ? ok(undefined) : await readArchive(this.#context.fs, path, name);
      if (!archive.ok) return archive;
      if (!archive.value) unpacked.push(item);
      else {
        const { tree, implied } = archive.value;
        const below = tree.below('').map(
          ([each, entry]): CopyEntry => ({
            path: each,
            node: entry,
            ...(implied.has(each) ? IMPLIED : {}),
          }),
        );
        const folder = { kind: 'directory', mode: 0o755, uid: 0, gid: 0 } as const;
        unpacked.push({ name, node: folder, below, replaces: true });
      }
    }
    return ok(unpacked);
  }

  async #extracted(items: readonly CopyItem[]): Promise<CopyItem[]> {
    const nodes = items.flatMap((item) => [item.node, ...item.below.map(({ node }) => node)]);
    const onDisk = await this.#contents.extract(nodes);
    return items.map((item) => ({
      ...item,
      node: onDisk.get(item.node)!,
      below: item.below.map((entry) => ({ ...entry, node: onDisk.get(entry.node)! })),
    }));
  }

  async #ownerOf(stage: CopyStage, word: string): Promise<Result<Owner, string>> {
    const text = this.#expand(stage, word);
    return text.ok ? this.owner(stage, text.value) : text;
  }

  /** `user[:group]` by the accounts of the stage. */
  async owner({ files }: CopyStage, text: string): Promise<Result<Owner, string>> {
    const passwd = await this.#textOf(files, 'etc/passwd');
    return parseOwner(text, { passwd, group: await this.#textOf(files, 'etc/group') });
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
}

import { posix } from 'node:path';
import { type Diagnostic, InternalError, ok, type Result, renderDiagnostic } from '../../base/index.ts';
import {
  additionsLayer,
  bootstrapRoot,
  CONFIGURE_ENVIRONMENT,
  CONFIGURE_LEAVINGS,
  configureScript,
  containerConfig,
  leafRoot,
  MACHINE_IDENTITY,
  type RootEntry,
  type RootPath,
  type RootTree,
} from '../../debian/index.ts';
import { FILES_DOCUMENT, type HistoryEntry, type ImageConfig, LAYERS_FOLDER } from '../../oci/index.ts';
import { parseArguments } from '../arguments.ts';
import { filesDocumentOf } from '../image/files-document.ts';
import type { Layer } from '../image/layer.ts';
import { readLayout } from '../image/read-layout.ts';
import { writeLayout } from '../image/write-layout.ts';
import { badInput, type Tool, type ToolContext, type ToolFailure, type ToolResult, usage } from '../tool.ts';
import { accountsIn, runLayerOf, writeRootLayer } from './package-layers.ts';
import { type FinishPlan, type PackagePlan, type PlannedPath, parsePackagePlan } from './package-plan.ts';

const USAGE =
  'image-packages leaf|bootstrap|finish --plan <file> --out <dir> [--packages <dir>] [--script <file> --mounted-at <dir>] [--base <dir> --run <file>]';

/**
 * `image-packages v4 <step> --plan <file> --out <dir> ...`: packages of a distribution become an OCI layout, as `image-assemble`
 * writes one. `leaf` unpacks all of
 * them into a whole image of one layer; `bootstrap` unpacks what maintainer scripts need and writes the script that runs
 * them; `finish` puts the image's own users and paths on that base and the layer that the script left.
 */
export const imagePackages: Tool = async (args, context) => {
  const parsed = parseArguments(args, ['plan', 'packages', 'out', 'script', 'mounted-at', 'base', 'run']);
  if (!parsed.ok) return parsed;
  const { options, operands } = parsed.value;
  const { plan: planPath, out } = options;
  if (planPath === undefined || out === undefined || operands.length !== 1) return usage(USAGE);
  const plan = parsePackagePlan(context.fs.readText(posix.resolve(context.workingDirectory, planPath)));
  if (!plan) return usage(`${planPath} is not a plan of packages`);
  const work = new PackageWork(plan, context, posix.resolve(context.workingDirectory, out));
  const { packages, script, 'mounted-at': mountedAt, base, run } = options;
  switch (operands[0]) {
    case 'leaf':
      return packages === undefined ? usage(USAGE) : work.leaf(packages);
    case 'bootstrap':
      if (packages === undefined || script === undefined || mountedAt === undefined) return usage(USAGE);
      return work.bootstrap({ packages, script, mountedAt });
    case 'finish':
      return base === undefined || run === undefined ? usage(USAGE) : work.finish({ base, run });
    default:
      return usage(USAGE);
  }
};

class PackageWork {
  readonly #plan: PackagePlan;
  readonly #context: ToolContext;
  readonly #out: string;

  constructor(plan: PackagePlan, context: ToolContext, out: string) {
    this.#plan = plan;
    this.#context = context;
    this.#out = out;
    context.fs.makeDirectory(posix.join(out, LAYERS_FOLDER));
  }

  async leaf(packages: string): Promise<ToolResult> {
    const { root, finish } = this.#plan;
    if (!root || !finish) return usage('the plan lacks a part for `leaf`');
    const paths = this.#paths(finish.paths);
    if (!paths.ok) return paths;
    const additions = { users: finish.users, paths: paths.value };
    const tree = await leafRoot(root, { ...this.#unpacking(packages), additions });
    if (!tree.ok) return told(tree.failure);
    const layer = await this.#layer(tree.value.entries());
    const history = [`packages of ${finish.from}, unpacked`];
    return this.#writeWhole([layer], history, containerConfig(finish.container));
  }

  async bootstrap(to: {
    readonly packages: string;
    readonly script: string;
    readonly mountedAt: string;
  }): Promise<ToolResult> {
    const { root } = this.#plan;
    if (!root) return usage('the plan lacks a part for `bootstrap`');
    const tree = await bootstrapRoot(root, this.#unpacking(to.packages));
    if (!tree.ok) return told(tree.failure);
    const layer = await this.#layer(tree.value.entries());
    const script = `${configureScript(root, { packagesAt: to.mountedAt })}${REMOVE_LEAVINGS}`;
    this.#context.fs.writeFile(this.#path(to.script), script);
    const env = { ...CONFIGURE_ENVIRONMENT, SOURCE_DATE_EPOCH: String(this.#plan.createdAt) };
    const history = [`essential packages of ${root.distribution}:${root.suite}, unpacked`];
    return this.#write([layer], history, {
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    });
  }

  async finish({ base, run }: { readonly base: string; readonly run: string }): Promise<ToolResult> {
    const { finish } = this.#plan;
    if (!finish) return usage('the plan lacks a part for `finish`');
    const image = readLayout(this.#context.fs, this.#path(base));
    if (!image.ok) return badInput(image.failure);
    const configured = runLayerOf(this.#context.fs, this.#path(run));
    if (!configured.ok) return badInput(configured.failure);
    const layers = [...image.value.layers, ...configured.value];
    const history = [
      `essential packages of ${finish.from}, unpacked`,
      ...configured.value.map(() => `packages of ${finish.from}, installed`),
    ];
    const added = await this.#additions(finish, layers);
    if (!added.ok) return added;
    const entries = added.value?.entries({ isLayer: true }) ?? [];
    if (entries.length > 0) {
      layers.push(await this.#layer(entries));
      history.push('users and paths');
    }
    return this.#writeWhole(layers, history, containerConfig(finish.container));
  }

  async #additions(
    { users, paths: planned }: FinishPlan,
    layers: readonly Layer[],
  ): Promise<Result<RootTree | undefined, ToolFailure>> {
    if (users.length === 0 && planned.length === 0) return ok(undefined);
    const paths = this.#paths(planned);
    if (!paths.ok) return paths;
    const accounts = await accountsIn(this.#context.fs, layers);
    const added = additionsLayer(accounts, { users, paths: paths.value, modifiedAt: this.#plan.createdAt });
    return added.ok ? added : told(added.failure);
  }

  #path(relative: string): string {
    return posix.resolve(this.#context.workingDirectory, relative);
  }

  #unpacking(packages: string) {
    const { host, temporaryDirectory } = this.#context;
    if (!host) throw new InternalError('image-packages runs as a program of its own only');
    return {
      host,
      directory: posix.join(temporaryDirectory, 'packages'),
      signal: new AbortController().signal,
      packagesDirectory: this.#path(packages),
      newestAt: this.#plan.createdAt,
    };
  }

  #paths(planned: readonly PlannedPath[]): Result<RootPath[], ToolFailure> {
    const paths: RootPath[] = [];
    for (const each of planned) {
      if (each.type !== 'file') {
        paths.push(each);
        continue;
      }
      const { source, ...rest } = each;
      const file = this.#path(source);
      const stat = this.#context.fs.lstat(file);
      if (stat?.type !== 'file') return badInput(`${source} is no file`);
      paths.push({ ...rest, content: { file, sizeBytes: stat.sizeBytes } });
    }
    return ok(paths);
  }

  #layer(entries: readonly RootEntry[]): Promise<Layer> {
    return writeRootLayer(this.#context.fs, posix.join(this.#out, LAYERS_FOLDER), entries);
  }

  /** With what images that stand on this one want to know of it. */
  async #writeWhole(
    layers: readonly Layer[],
    history: readonly string[],
    config: ReturnType<typeof containerConfig>,
  ): Promise<ToolResult> {
    const written = await this.#write(layers, history, config);
    const text = await filesDocumentOf(this.#context.fs, layers);
    if (text !== undefined) this.#context.fs.writeFile(posix.join(this.#out, FILES_DOCUMENT), text);
    return written;
  }

  async #write(
    layers: readonly Layer[],
    history: readonly string[],
    config: ReturnType<typeof containerConfig>,
  ): Promise<ToolResult> {
    const { architecture, createdAt } = this.#plan;
    const created = new Date(createdAt * 1000).toISOString().replace('.000Z', 'Z');
    const image: ImageConfig = {
      created,
      architecture,
      os: 'linux',
      config,
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: history.map((text): HistoryEntry => ({ created, created_by: text })),
    };
    await writeLayout(this.#context, this.#out, { config: image, layers });
    return ok(undefined);
  }
}

/** What the hour or chance left, and what would make every container the same machine. */
const REMOVE_LEAVINGS = [
  'cd /',
  ...[...CONFIGURE_LEAVINGS, ...MACHINE_IDENTITY].map(
    (path) => `rm -rf -- ${path.endsWith('/') ? `${path}*` : path}`,
  ),
  '',
].join('\n');

function told(problems: readonly Diagnostic[]) {
  return badInput(problems.map((each) => renderDiagnostic(each)).join('\n'));
}

import { posix } from 'node:path';
import { type Checked, type Diagnostic, hasErrors } from '../base/index.ts';
import type { Cas } from '../cas/index.ts';
import type { EventSink } from '../event/index.ts';
import type { Host } from '../host/index.ts';
import { imageKey, type RegistryImage } from '../oci/index.ts';
import type { ClientContext } from './client.ts';
import { lockImage } from './images.ts';
import { imagesOf } from './images-of.ts';
import { lockLibraries } from './lock-libraries.ts';
import { lockNode } from './lock-node.ts';
import { lockPython, openPythonResolver, type PythonResolver } from './lock-python.ts';
import { lockTool } from './lock-tool.ts';
import type { Lockfile, Requirements, RequirementText } from './model.ts';
import { canonicalJson, hasPython, mavenFrom } from './resolved-from.ts';
import { lockRoot, type RootNeed, rootKey, rootsOf } from './roots.ts';
import { type Renewal, withoutRenewed } from './updates/renewal.ts';
import { lockUrl, type UrlNeed, urlsOf } from './urls.ts';

export interface LockOptions {
  readonly host: Host;
  readonly cas: Cas;
  /** Absolute path of the workspace. */
  readonly root: string;
  /** The user's cache folder; clients keep their own caches below `<cacheDirectory>/clients`. */
  readonly cacheDirectory: string;
  /** Of all targets of the workspace, without errors. */
  readonly requirements: Requirements;
  /** The lock as it is; its versions are kept where they still fit. */
  readonly previous: Lockfile | undefined;
  /** What takes newer versions, where there are any. */
  readonly renewal?: Renewal;
  /** Writes no `package-lock.json`. */
  readonly isDryRun?: boolean;
  readonly sink: EventSink;
  readonly signal: AbortSignal;
}

/** Events of `deps lock`: one when a section is begun, for a person who waits. */
export interface LockEvents {
  'lock.section': { readonly what: string; readonly done: number; readonly total: number };
}

/**
 * Resolves all requirements by the ecosystems' clients; `undefined` with diagnostics when one of them cannot be met, and then
 * the others are tried all the same. Writes `package-lock.json` where npm had to make it, when all else is done; the lock itself
 * is `writeLock`'s. An abort is thrown as the signal's reason, and then nothing is written.
 */
export async function makeLock(options: LockOptions): Promise<Checked<Lockfile | undefined>> {
  const { requirements, sink } = options;
  const work = new Sections(options);
  const jobs = work.jobs(requirements);
  for (const [done, job] of jobs.entries()) {
    options.signal.throwIfAborted();
    sink('lock.section', { what: job.what, done, total: jobs.length } satisfies LockEvents['lock.section']);
    await job.run();
  }
  const diagnostics = work.diagnostics();
  if (hasErrors(diagnostics)) return { value: undefined, diagnostics };
  options.signal.throwIfAborted();
  for (const { path, text } of options.isDryRun ? [] : work.made)
    options.host.fs.replaceFile(posix.join(options.root, path), text);
  const { tools, python, node, maven, images, absentImages, urls, roots } = work;
  const wheels = namedWheels(work);
  const ofImages = {
    ...(Object.keys(images).length > 0 ? { images } : {}),
    ...(Object.keys(absentImages).length > 0 ? { absentImages } : {}),
    ...(Object.keys(urls).length > 0 ? { urls } : {}),
    ...(Object.keys(roots).length > 0 ? { roots } : {}),
  };
  return { value: { version: 3, tools, python, wheels, node, maven, ...ofImages }, diagnostics };
}

/** A resolution tells more wheels than those of the packages that are kept. */
function namedWheels({
  tools,
  python,
  wheels,
}: Pick<Lockfile, 'tools' | 'python' | 'wheels'>): Lockfile['wheels'] {
  const named = [
    ...Object.values(python).flatMap(({ run, dev }) => [...run, ...dev]),
    ...Object.values(tools).flatMap(({ packages }) => packages ?? []),
  ].map(({ name, version }) => `${name}==${version}`);
  return Object.fromEntries([...new Set(named)].map((spec) => [spec, wheels[spec] ?? {}]));
}

interface Job {
  readonly what: string;
  readonly run: () => Promise<void>;
}

/** The sections as they grow. */
class Sections {
  readonly tools: Record<string, Lockfile['tools'][string]> = {};
  readonly python: Record<string, Lockfile['python'][string]> = {};
  readonly wheels: Record<string, Lockfile['wheels'][string]> = {};
  readonly node: Record<string, Lockfile['node'][string]> = {};
  readonly maven: Record<string, Lockfile['maven'][string]> = {};
  readonly images: Record<string, NonNullable<Lockfile['images']>[string]> = {};
  readonly absentImages: Record<string, NonNullable<Lockfile['absentImages']>[string]> = {};
  readonly urls: Record<string, NonNullable<Lockfile['urls']>[string]> = {};
  readonly roots: Record<string, NonNullable<Lockfile['roots']>[string]> = {};
  /** `package-lock.json` files to write. */
  readonly made: RequirementText[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #context: ClientContext;
  readonly #options: LockOptions;
  readonly #previous: Lockfile | undefined;
  #resolver: Promise<Checked<PythonResolver | undefined>> | undefined;

  constructor(options: LockOptions) {
    const { host, cas, cacheDirectory, sink, signal } = options;
    this.#context = { host, cas, cacheDirectory, sink, signal };
    this.#options = options;
    const { previous, renewal } = options;
    this.#previous = previous && renewal ? withoutRenewed(previous, renewal) : previous;
  }

  /** One missing client fails many sections in the same words. */
  diagnostics(): readonly Diagnostic[] {
    const known = new Set<string>();
    return this.#diagnostics.filter(({ code, message, span }) => {
      const key = `${code}\0${message}\0${span?.file.path ?? ''}\0${span?.start ?? ''}`;
      return !known.has(key) && known.add(key);
    });
  }

  jobs(requirements: Requirements): readonly Job[] {
    const { targets, nodeFolders, tools } = requirements;
    return [
      ...tools.map((tool) => ({ what: `the tool ${tool.name}`, run: () => this.#lockTool(tool) })),
      ...targets
        .filter((target) => hasPython(target, requirements))
        .map((target) => ({
          what: `the Python packages of ${target.label}`,
          run: () => this.#lockPython(target),
        })),
      ...nodeFolders.map((folder) => ({
        what: `the npm packages of ${folder.folder}`,
        run: () => this.#lockNode(folder),
      })),
      ...targets
        .filter(({ maven }) => maven.length > 0)
        .map((target) => ({
          what: `the libraries of ${target.label}`,
          run: () => this.#lockMaven(target),
        })),
      ...imagesOf(targets).map((image) => ({
        what: `the image ${image.reference}`,
        run: () => this.#lockImage(image),
      })),
      ...urlsOf(targets).map((url) => ({ what: url.url, run: () => this.#lockUrl(url) })),
      ...rootsOf(targets).map((root) => ({
        what: `the packages of ${root.label}${root.isOther ? ` for ${root.request.architecture}` : ''}`,
        run: () => this.#lockRoot(root),
      })),
    ];
  }

  async #lockTool(tool: Requirements['tools'][number]): Promise<void> {
    const resolver = (): Promise<Checked<PythonResolver | undefined>> => this.#openResolver();
    const options = { context: this.#context, resolver, previous: this.#previous };
    const locked = this.#keep(await lockTool(tool, options));
    if (!locked) return;
    this.tools[tool.name] = locked.section;
    Object.assign(this.wheels, locked.wheels);
  }

  async #lockPython(target: Requirements['targets'][number]): Promise<void> {
    const resolver = this.#keep(await this.#openResolver());
    if (!resolver) return;
    const { requirements } = this.#options;
    const publishedBefore = this.#options.renewal?.publishedBefore;
    const options = { resolver, target, requirements, previous: this.#previous, publishedBefore };
    const locked = this.#keep(await lockPython(options));
    if (!locked) return;
    this.python[target.label] = locked.section;
    Object.assign(this.wheels, locked.wheels);
  }

  async #lockNode(folder: Requirements['nodeFolders'][number]): Promise<void> {
    const { root, renewal } = this.#options;
    const options = { context: this.#context, root, folder, previous: this.#previous, renewal };
    const locked = this.#keep(await lockNode(options));
    if (!locked) return;
    this.node[folder.folder] = locked.section;
    if (locked.made) this.made.push(locked.made);
  }

  async #lockMaven(target: Requirements['targets'][number]): Promise<void> {
    const from = mavenFrom(target);
    const before = this.#previous?.maven[target.label];
    if (before && this.#previous?.version === 3 && canonicalJson(before.from) === canonicalJson(from)) {
      this.maven[target.label] = before;
      return;
    }
    const what = `the libraries of ${target.label}`;
    const files = this.#keep(await lockLibraries(this.#context, what, target.maven));
    if (files) this.maven[target.label] = { from, files };
  }

  async #lockImage(image: RegistryImage): Promise<void> {
    const locked = this.#keep(await lockImage(this.#context, image, this.#previous));
    if (!locked) return;
    if ('offered' in locked) this.absentImages[imageKey(image)] = locked;
    else this.images[imageKey(image)] = locked;
  }

  async #lockUrl(url: UrlNeed): Promise<void> {
    const locked = this.#keep(await lockUrl(this.#context, url, this.#previous?.urls?.[url.sha256]));
    if (locked) this.urls[url.sha256] = locked;
  }

  async #lockRoot(root: RootNeed): Promise<void> {
    const key = rootKey(root.label, root.request);
    const known = this.#isRenewed(root) ? undefined : this.#previous?.roots?.[key];
    const locked = this.#keep(await lockRoot(this.#context, root, known));
    if (locked) this.roots[key] = locked;
  }

  /** Versions for all platforms are of one day. */
  #isRenewed({ label, isOther }: RootNeed): boolean {
    const own = this.#options.requirements.targets.find((target) => target.label === label)?.packages;
    if (!isOther || !own) return false;
    const key = rootKey(label, own);
    return this.roots[key] !== this.#previous?.roots?.[key];
  }

  #openResolver(): Promise<Checked<PythonResolver | undefined>> {
    this.#resolver ??= openPythonResolver(this.#context).then((opened) =>
      opened.ok
        ? { value: opened.value, diagnostics: [] }
        : { value: undefined, diagnostics: [opened.failure] },
    );
    return this.#resolver;
  }

  #keep<T>(checked: Checked<T>): T {
    this.#diagnostics.push(...checked.diagnostics);
    return checked.value;
  }
}

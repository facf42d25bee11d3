import { join } from 'node:path';
import type { Host } from '../host/index.ts';
import type { Launcher, RootRequest } from './launcher.ts';
import type { SandboxRoot } from './local-executor.ts';
import type { VisibleRoot } from './visible-root.ts';

export interface RootsOptions {
  readonly host: Host;
  /** The store's folder. */
  readonly store: string;
  /** What our own commands see; absent: what all see. */
  readonly runtime?: VisibleRoot | undefined;
  readonly machine: () => Promise<VisibleRoot>;
}

/**
 * A library of this name in a store is the clock of what that store's actions run: `repro` lays it there for one of its two
 * builds. It stands in no key, since nothing may depend on the time; so it must never lie in a store that anybody else uses.
 */
export const SHIFTED_CLOCK = 'shifted-clock.so';

/** The roots of one build, each made when it is first needed; a text says why it could not be. */
export class SandboxRoots {
  readonly #options: RootsOptions;
  readonly #place: RootsPlace;
  readonly #clock: string | undefined;
  #own: Promise<SandboxRoot | string> | undefined;
  #others: Promise<SandboxRoot | string> | undefined;
  #network: Promise<SandboxRoot | string> | undefined;

  constructor(options: RootsOptions, place: RootsPlace) {
    this.#options = options;
    const clock = join(options.store, SHIFTED_CLOCK);
    this.#clock = options.host.fs.lstat(clock)?.type === 'file' ? clock : undefined;
    this.#place = place;
  }

  ofOwn(): Promise<SandboxRoot | string> {
    this.#own ??= this.#make('own', this.#options.runtime!, this.#clock);
    return this.#own;
  }

  ofOthers({ network }: { readonly network: boolean } = { network: false }): Promise<SandboxRoot | string> {
    const { machine } = this.#options;
    // Whom a step speaks to judges certificates by the true time.
    if (this.#clock !== undefined && network) {
      this.#network ??= machine().then((root) => this.#make('network', root));
      return this.#network;
    }
    this.#others ??= machine().then((root) => this.#make('root', root, this.#clock));
    return this.#others;
  }

  async #make(name: string, root: VisibleRoot, clock?: string): Promise<SandboxRoot | string> {
    const { launcher, session, memory } = this.#place;
    const request = withClock(rootRequest(this.#options.host, join(session, name), root), clock);
    const problem = await launcher.addRoot({ ...request, ...(memory === undefined ? {} : { memory }) });
    return problem ?? { at: request.at, networkFiles: root.networkFiles };
  }
}

interface RootsPlace {
  readonly launcher: Launcher;
  readonly session: string;
  readonly memory: string | undefined;
}

/** The loader of every program takes the library in before the program's own; in the list of those, a space ends a name. */
function withClock(request: RootRequest, clock: string | undefined): RootRequest {
  if (clock === undefined) return request;
  return {
    ...request,
    files: { ...request.files, '/etc/ld.so.preload': `${CLOCK}\n` },
    placed: { [CLOCK]: clock },
  };
}

const CLOCK = `/etc/${SHIFTED_CLOCK}`;

const OWN_FOLDERS = ['/w', '/deps', '/tools', '/tmp', '/home', '/proc', '/opt', '/run', '/var', '/etc'];

function rootRequest(host: Host, at: string, root: VisibleRoot): RootRequest {
  const { fs } = host;
  fs.makeDirectory(at);
  const isFolder = (path: string): boolean => fs.lstat(fs.realPath(path))?.type === 'directory';
  const points = root.networkFiles.filter((path) => path !== '/etc/hosts');
  return {
    at,
    folders: [...OWN_FOLDERS, ...points.filter(isFolder)],
    links: { ...root.links, '/var/tmp': '/tmp', '/var/run': '/run', '/etc/mtab': '/proc/self/mounts' },
    files: {
      '/etc/passwd':
        'root:x:0:0:root:/home:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
      '/etc/group': 'root:x:0:\nnogroup:x:65534:\n',
      '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
      '/etc/hosts': '127.0.0.1 localhost mobileops\n::1 localhost\n',
      '/etc/machine-id': '00000000000000000000000000000000\n',
      ...Object.fromEntries(points.filter((path) => !isFolder(path)).map((path) => [path, ''])),
    },
    binds: root.binds,
    placed: {},
    empty: root.empty,
  };
}

import { join } from 'node:path';
import type { Host } from '../host/index.ts';
import type { Launcher, RootRequest } from './launcher.ts';
import type { SandboxRoot } from './local-executor.ts';
import type { VisibleRoot } from './visible-root.ts';

export interface RootsOptions {
  readonly host: Host;
  /** What our own commands see; absent: what all see. */
  readonly runtime?: VisibleRoot | undefined;
  readonly machine: () => Promise<VisibleRoot>;
}

/** The roots of one build, each made when it is first needed; a text says why it could not be. */
export class SandboxRoots {
  readonly #options: RootsOptions;
  readonly #place: RootsPlace;
  #own: Promise<SandboxRoot | string> | undefined;
  #others: Promise<SandboxRoot | string> | undefined;

  constructor(options: RootsOptions, place: RootsPlace) {
    this.#options = options;
    this.#place = place;
  }

  ofOwn(): Promise<SandboxRoot | string> {
    this.#own ??= this.#make('own', this.#options.runtime!);
    return this.#own;
  }

  ofOthers(): Promise<SandboxRoot | string> {
    this.#others ??= this.#options.machine().then((root) => this.#make('root', root));
    return this.#others;
  }

  async #make(name: string, root: VisibleRoot): Promise<SandboxRoot | string> {
    const { launcher, session, memory } = this.#place;
    const request = rootRequest(this.#options.host, join(session, name), root);
    const problem = await launcher.addRoot({ ...request, ...(memory === undefined ? {} : { memory }) });
    return problem ?? { at: request.at, networkFiles: root.networkFiles };
  }
}

interface RootsPlace {
  readonly launcher: Launcher;
  readonly session: string;
  readonly memory: string | undefined;
}

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
    empty: root.empty,
  };
}

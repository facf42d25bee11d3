import type { Env } from '../host/index.ts';
import type { NetworkRecord } from './network-record.ts';

/** A layer of an image as a registry or a layout has it. */
export interface ContainerLayer {
  /** Absolute path of the tar, plain or gzip. */
  readonly path: string;
  /** `sha256:` and the hex digest of the uncompressed tar; the content is held against it when it is unpacked. */
  readonly diffId: string;
}

/** A mount of one RUN, with the meaning that BuildKit's Dockerfile reference gives to `--mount`. Nothing of it enters the layer. */
export type ContainerMount =
  /** A file or folder of the host, or of another image; what is written there is dropped. */
  | {
      readonly type: 'bind';
      /** Absolute; in the image that `layers` make, or in the folder `root`, where there is one. No link leads out of it then. */
      readonly source: string;
      readonly layers?: readonly ContainerLayer[];
      readonly root?: string;
      readonly target: string;
      /** `false` unless told. */
      readonly isWritable?: boolean;
    }
  /** A folder that persists in the store under its `id`, what it begins with, and `locks`. */
  | {
      readonly type: 'cache';
      readonly id: string;
      /** Of the lock files that the command builds on: a new one begins with what the cache held last. */
      readonly locks?: string;
      /** An image with the first files, which lie at `source`; it is empty without one. */
      readonly layers?: readonly ContainerLayer[];
      readonly source?: string;
      readonly target: string;
      /** `shared` unless told; `locked` waits for other runs, `private` takes another folder when one is in use. */
      readonly sharing?: 'shared' | 'private' | 'locked';
      /** Of a folder that begins empty: 0, 0, 0o755. */
      readonly uid?: number;
      readonly gid?: number;
      readonly mode?: number;
      readonly isReadOnly?: boolean;
    }
  | { readonly type: 'tmpfs'; readonly target: string; readonly sizeBytes?: number }
  /** In memory only: a file at `target`, a variable `env`, or both. */
  | {
      readonly type: 'secret';
      readonly content: Uint8Array;
      readonly target?: string;
      readonly env?: string;
      /** 0, 0, 0o400 unless told. */
      readonly uid?: number;
      readonly gid?: number;
      readonly mode?: number;
    };

export interface ContainerRun {
  /** The image, its lowest layer first. */
  readonly layers: readonly ContainerLayer[];
  readonly argv: readonly string[];
  /** The whole environment, but for HOME, which comes from the image's `/etc/passwd` where it is absent. */
  readonly env: Readonly<Record<string, string>>;
  /** Absolute; made where it is absent. */
  readonly workingDirectory: string;
  /** As in USER: `name`, `uid`, `name:group`, `uid:gid`; empty is root. Names are the image's. */
  readonly user: string;
  /** `none` has the loopback alone; `host` is the machine's network, with its `/etc/resolv.conf` and `/etc/hosts`. */
  readonly network: 'none' | 'host';
  readonly mounts: readonly ContainerMount[];
  readonly hostname: string;
  /** Of the command, not of unpacking; `undefined` for no limit. */
  readonly timeoutMs: number | undefined;
  /** Seconds; stands in the layer for each time that belongs to this run. */
  readonly sourceDateEpoch: number;
  readonly signal?: AbortSignal;
  /** Standard output and error as they come, in one stream. */
  readonly onOutput?: (bytes: Uint8Array) => void;
  /** Where the new layer goes, an uncompressed tar; a file there is replaced, and is gone where there is no layer. */
  readonly out: string;
}

export interface ContainerResult {
  /** 128 and the number of the signal for a command that a signal ended. */
  readonly exitCode: number;
  /** `undefined` where nothing changed, and where the command failed. */
  readonly layer:
    | {
        readonly path: string;
        readonly diffId: string;
        readonly sizeBytes: number;
        /** Members of the tar. */
        readonly entries: number;
      }
    | undefined;
  /** Files of the image that were left out of the layer or rewritten because they hold a clock (at most 1000). */
  readonly scrubbed: readonly string[];
  /** Sockets that the command left, which no layer can hold (at most 1000). */
  readonly sockets: readonly string[];
  /** Where it had the machine's network. */
  readonly network?: NetworkRecord;
}

/** The line that the program reads; its other end is `worker.py`. */
export function requestOf(run: ContainerRun): Readonly<Record<string, unknown>> {
  const { signal: _signal, onOutput: _onOutput, timeoutMs, mounts, ...rest } = run;
  const stacks: (readonly ContainerLayer[])[] = [];
  const sent = mounts.map((mount) => {
    if (mount.type === 'secret') return { ...mount, content: Buffer.from(mount.content).toString('base64') };
    if (!('layers' in mount) || mount.layers === undefined) return mount;
    const { layers, ...other } = mount;
    return { ...other, stack: stacks.push(layers) - 1 };
  });
  return { ...rest, op: 'run', timeoutMs: timeoutMs ?? null, mounts: sent, stacks };
}

/** How many layers are unpacked at once. */
export function parallelOf({ cpuCount }: Pick<Env, 'cpuCount'>): number {
  return Math.max(1, Math.min(4, cpuCount));
}

const MAX_LAYERS = 400;
const DIFF_ID = /^sha256:[0-9a-f]{64}$/;

/** What a RUN and a service have in common. */
interface Checked extends Pick<ContainerRun, 'layers' | 'argv' | 'env' | 'workingDirectory' | 'user'> {
  readonly mounts: readonly { readonly target?: string; readonly layers?: readonly ContainerLayer[] }[];
}

/** What the program could not make sense of; `undefined` when the request is sound. */
export function refusalOf(run: Checked): string | undefined {
  const stacks = [run.layers, ...run.mounts.map(({ layers = [] }) => layers)];
  if (stacks.some(({ length }) => length > MAX_LAYERS)) {
    return `the image has more than ${MAX_LAYERS} layers, which the kernel cannot show as one`;
  }
  const odd = stacks.flat().find(({ diffId }) => !DIFF_ID.test(diffId));
  if (odd) return `not a SHA-256 digest of a layer: ${odd.diffId.slice(0, 100)}`;
  if (run.argv.length === 0) return 'there is no command to run';
  const names = Object.keys(run.env);
  const badName = names.find((name) => name === '' || name.includes('='));
  if (badName !== undefined) return `not a name of a variable: "${badName}"`;
  const targets = run.mounts.flatMap((mount) => (mount.target === undefined ? [] : [mount.target]));
  const relative = [run.workingDirectory, ...targets].find((path) => !path.startsWith('/'));
  if (relative !== undefined) return `not an absolute path: ${relative}`;
  const words = [
    ...run.argv,
    ...names,
    ...Object.values(run.env),
    ...targets,
    run.workingDirectory,
    run.user,
  ];
  return words.some((word) => word.includes('\0'))
    ? 'a word of the command, a variable or a path has a zero byte'
    : undefined;
}

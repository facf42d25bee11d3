import { fail, ok, type Result } from '../base/index.ts';
import type { ContainerFailure } from './container-failure.ts';
import {
  type ContainerResult,
  type ContainerRun,
  parallelOf,
  refusalOf,
  requestOf,
} from './container-request.ts';
import { type ContainerPlace, converse, type ProgramFailure } from './conversation.ts';
import type { IdRange } from './id-range.ts';
import type { NetworkRecord } from './network-record.ts';

/**
 * Runs commands in images on a machine that was seen to allow it; `openContainerRunner` makes one. Several runs may go on at
 * once, in one process or in many with one store.
 */
export class ContainerRunner {
  readonly #place: ContainerPlace;
  readonly #ids: IdRange | undefined;

  constructor(place: ContainerPlace, ids: IdRange | undefined) {
    this.#place = place;
    this.#ids = ids;
  }

  /**
   * Runs one command on a stack of layers and makes a layer of what it changed. The same layers, command and surroundings
   * give the same bytes, whoever runs it and whenever, as far as the command itself does the same; see `scrub.py` for the
   * clocks that are known to differ.
   */
  async run(run: ContainerRun): Promise<Result<ContainerResult, ContainerFailure>> {
    if (run.signal?.aborted) return fail({ kind: 'interrupted' });
    const refusal = refusalOf(run);
    if (refusal !== undefined) return fail({ kind: 'cannot-start', message: refusal });
    const request = { ...requestOf(run), parallel: parallelOf(this.#place.host.env) };
    const answer = await converse(this.#place, {
      ids: this.#ids,
      request,
      signal: run.signal,
      onOutput: run.onOutput,
    });
    if (run.signal?.aborted) {
      this.#place.host.fs.remove(run.out);
      return fail({ kind: 'interrupted' });
    }
    return answer.ok ? ok(resultOf(answer.value as Done, run.out)) : fail(failureOf(answer.failure));
  }

  /** Whether it runs programs for an architecture, as `arm64`: one that does nothing is tried in an empty root. */
  async runsProgramsFor(architecture: string): Promise<Result<boolean, ContainerFailure>> {
    const answer = await converse(this.#place, {
      ids: this.#ids,
      request: { op: 'try-program', architecture },
    });
    return answer.ok
      ? ok((answer.value as { readonly isRun: boolean }).isRun)
      : fail(failureOf(answer.failure));
  }

  /**
   * Removes layers and cache mounts that no run has used for so long, and what killed runs left; those in use stay. Others
   * cannot remove them, since their owners are the range's.
   */
  async prune(unusedForMs: number): Promise<Result<Pruned, ContainerFailure>> {
    const request = { op: 'prune', unusedForMs };
    const answer = await converse(this.#place, { ids: this.#ids, request });
    return answer.ok ? ok(answer.value as Pruned) : fail(failureOf(answer.failure));
  }
}

/** How many were removed. */
export interface Pruned {
  readonly layers: number;
  readonly caches: number;
}

interface Done {
  readonly exitCode: number;
  readonly layer: { readonly diffId: string; readonly sizeBytes: number; readonly entries: number } | null;
  readonly scrubbed: readonly string[];
  readonly sockets: readonly string[];
  readonly network: NetworkRecord | null;
}

function resultOf({ layer, network, ...done }: Done, path: string): ContainerResult {
  return { ...done, layer: layer ? { path, ...layer } : undefined, ...(network ? { network } : {}) };
}

function failureOf(failure: ProgramFailure): ContainerFailure {
  const { kind, message } = failure;
  switch (kind) {
    case 'bad-layer':
      return { kind, diffId: failure.diffId ?? '', message };
    case 'timeout':
      return { kind, timeoutMs: failure.timeoutMs ?? 0 };
    case 'unknown-user':
    case 'bad-mount':
    case 'killed':
    case 'disk-full':
      return { kind, message };
    default:
      return { kind: 'cannot-start', message };
  }
}

import { formatDurationMs } from '../base/index.ts';

/** Why an action has no result. `exit` is not here: an action that ran and said no has one. */
export type ExecutionFailure =
  /** The program could not be started or the sandbox could not be made. */
  | { readonly kind: 'cannot-start'; readonly message: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** Ended by a signal that we did not send. */
  | { readonly kind: 'killed'; readonly signal: number }
  | { readonly kind: 'missing-output'; readonly path: string }
  /** A device, a socket, or a name that is not UTF-8, where an output should be. */
  | { readonly kind: 'unsupported-output'; readonly path: string; readonly message: string }
  /** A blob of the inputs is gone from the store; the engine makes it again. */
  | { readonly kind: 'lost-input'; readonly hash: string }
  | { readonly kind: 'disk-full'; readonly message: string }
  | { readonly kind: 'interrupted' };

const FREE_SPACE =
  'mobileops cache gc --max-size 2GiB frees some; MOBILEOPS_CACHE names another folder for the store';

export function describeFailure(failure: ExecutionFailure): string {
  switch (failure.kind) {
    case 'cannot-start':
      return failure.message;
    case 'timeout':
      return `did not end within ${formatDurationMs(failure.timeoutMs)} and was stopped (set \`timeout\` to allow more)`;
    case 'killed':
      return failure.signal === 9
        ? 'was killed by signal 9: often too little memory (see `resources.memory`)'
        : `was ended by signal ${failure.signal}`;
    case 'missing-output':
      return `did not make its declared output ${failure.path}`;
    case 'unsupported-output':
      return `made an output that cannot be kept: ${failure.path} (${failure.message})`;
    case 'lost-input':
      return `needs blob ${failure.hash.slice(0, 12)}, which the store has lost`;
    case 'disk-full':
      return `ran out of disk space: ${failure.message} (${FREE_SPACE})`;
    case 'interrupted':
      return 'was interrupted';
  }
}

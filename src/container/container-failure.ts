/** Why a run has no result. A command that ran and said no has one. */
export type ContainerFailure =
  /** Its root could not be made or its program could not be started. */
  | { readonly kind: 'cannot-start'; readonly message: string }
  /** A name that the image's `/etc/passwd` or `/etc/group` does not have. */
  | { readonly kind: 'unknown-user'; readonly message: string }
  | { readonly kind: 'bad-mount'; readonly message: string }
  /** Damaged, not what its digest says, or with members that are refused. */
  | { readonly kind: 'bad-layer'; readonly diffId: string; readonly message: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'killed'; readonly message: string }
  | { readonly kind: 'disk-full'; readonly message: string }
  | { readonly kind: 'interrupted' };

export function describeContainerFailure(failure: ContainerFailure): string {
  switch (failure.kind) {
    case 'cannot-start':
    case 'unknown-user':
    case 'bad-mount':
    case 'killed':
      return failure.message;
    case 'bad-layer':
      return `layer ${failure.diffId.slice(0, 19)} ${failure.message}`;
    case 'timeout':
      return `did not end within ${Math.round(failure.timeoutMs / 1000)} s and was stopped`;
    case 'disk-full':
      return `ran out of disk space: ${failure.message}`;
    case 'interrupted':
      return 'was interrupted';
  }
}

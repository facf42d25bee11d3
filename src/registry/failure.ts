/** Where something was asked for. */
export interface Place {
  /** The registry's host as the user wrote it. */
  readonly registry: string;
  readonly repository: string;
}

/** Why a registry did not do what it was asked, in words that name no secret. */
export type RegistryFailure = Place &
  (
    | {
        readonly kind: 'unauthorised';
        /** What was sent with the request: nothing, or credentials that were refused. */
        readonly credentials: 'none' | 'refused';
        /** What is wrong with Docker's configuration or its helper, where something is. */
        readonly problem?: string;
      }
    | { readonly kind: 'denied'; readonly detail: string }
    | { readonly kind: 'not-found'; readonly what: string }
    | { readonly kind: 'digest-mismatch'; readonly digest: string; readonly actual: string }
    | {
        readonly kind: 'size-mismatch';
        readonly digest: string;
        readonly expectedBytes: number;
        /** At least so many. */
        readonly actualBytes: number;
      }
    | { readonly kind: 'stalled'; readonly afterMs: number }
    | { readonly kind: 'unreachable'; readonly code: string }
    | { readonly kind: 'untrusted'; readonly code: string; readonly isPlainHttp: boolean }
    | { readonly kind: 'rate-limited'; readonly waitMs?: number }
    | { readonly kind: 'server-error'; readonly status: number; readonly detail: string }
    | { readonly kind: 'rejected'; readonly status: number; readonly detail: string }
    | { readonly kind: 'too-many-redirects' }
    /** To plain HTTP from HTTPS, or to a place that is none. */
    | { readonly kind: 'refused-redirect'; readonly to: string }
    /** A token server over plain HTTP. */
    | { readonly kind: 'insecure-realm'; readonly realm: string }
    /** What came is not what the specification says. */
    | { readonly kind: 'bad-answer'; readonly problem: string }
    | { readonly kind: 'no-platform'; readonly wanted: string; readonly offered: readonly string[] }
    /** The image that is to be pushed is not whole. */
    | { readonly kind: 'bad-image'; readonly problem: string }
    | { readonly kind: 'interrupted' }
  );

export type FailureKind = RegistryFailure['kind'];

/** Whether the same request may go well a little later. */
export function isPassing(failure: RegistryFailure): boolean {
  switch (failure.kind) {
    case 'stalled':
    case 'unreachable':
    case 'server-error':
    case 'rate-limited':
      return true;
    default:
      return false;
  }
}

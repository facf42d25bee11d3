import type { Result } from '../base/index.ts';

/** A file of a release that goes out. */
export interface PublishItem {
  /** As it is called everywhere: `mobileops-1.0.0.tar.gz`. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** What a release is called where channels and tags are moved. */
export interface PublishedRelease {
  readonly version: string;
  readonly channel: string;
  /** Nothing newer was released on its channel; otherwise only its own version is promoted. */
  readonly isNewest: boolean;
  /** What makes the release visible, and is sent last: its index. */
  readonly index: PublishItem;
}

/**
 * `present`: the same content was there already. `later`: it goes with what is promoted. `left-out`: the
 * destination has no place for it, of which its user was told.
 */
export type Put = 'sent' | 'present' | 'later' | 'left-out';

/** `kept`: the channel names a newer release, and goes on to. `left-out`: as in `Put`, of some or all of it. */
export type Promoted = 'moved' | 'kept' | 'left-out';

/** Why a destination did not take something, in words that name no secret. */
export type PublishFailure =
  /** Other content stands under the name, which never changes. */
  | { readonly kind: 'conflict'; readonly name: string }
  | { readonly kind: 'unauthorised'; readonly hasToken: boolean }
  | { readonly kind: 'unreachable'; readonly code: string }
  /** The destination answered, and not as it should. */
  | { readonly kind: 'rejected'; readonly detail: string }
  | { readonly kind: 'interrupted' };

/**
 * Where releases go. What was put stays, and putting the same again changes nothing. Nobody is told of the release before
 * `promote`, which comes once all of it is there.
 */
export interface Publisher {
  /** The destination as people write it, which is also its name in the journal. */
  readonly place: string;
  /** What is counted of what it takes; absent: files. */
  readonly unit?: 'package';
  /** Where it does not take files one by one, what it takes in words: `5 files as one artifact`. */
  readonly whole?: string;
  /** Files that it has nothing to do with are not shown to it; absent: it takes all. */
  readonly wants?: (item: PublishItem, release: PublishedRelease) => boolean;
  put(
    item: PublishItem,
    release: PublishedRelease,
    signal: AbortSignal,
  ): Promise<Result<Put, PublishFailure>>;
  /** `onSent` is told of each that was to come `later`, and goes now. */
  promote(
    release: PublishedRelease,
    signal: AbortSignal,
    onSent?: (name: string) => void,
  ): Promise<Result<Promoted, PublishFailure>>;
}

import { type LockChange, lockChanges, type RaisedAsk, type Renewal } from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import type { ScanReport } from '../../scan/index.ts';
import type { Relocked } from './relock.ts';

/** What an update did, or would do. */
export interface Update {
  readonly changes: readonly LockChange[];
  readonly raised: readonly RaisedAsk[];
  /** Of the new lock, where only what advisories hit was updated. */
  readonly report?: ScanReport;
  readonly isWritten: boolean;
}

export interface UpdateOptions {
  readonly sink: EventSink;
  readonly renewal: Renewal;
}

export function updateOf({ before, after, raised }: Relocked): Update {
  return { changes: before ? lockChanges(before, after) : [], raised, isWritten: true };
}

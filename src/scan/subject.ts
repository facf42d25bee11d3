import type { ByteSource } from '../archives/index.ts';
import type { Diagnostic } from '../base/index.ts';
import type { Package } from '../packages/index.ts';
import type { Finding, NotScanned } from './model.ts';

/** A file that is open as long as it is read. */
export interface OpenedFile extends ByteSource, Disposable {}

export interface ScannedFile {
  /** What findings name: relative to the workspace, or a path in an image or an app. */
  readonly path: string;
  readonly sizeBytes: number;
  open(): OpenedFile;
}

/** What a scan looks at. */
export interface ScanSubject {
  readonly packages: readonly Package[];
  readonly files: Iterable<ScannedFile>;
  /** How many were looked at while it was opened. */
  readonly filesSeen?: number;
  /** What was found while it was opened. */
  readonly findings?: readonly Finding[];
  readonly notScanned: readonly NotScanned[];
  /** Why there is no verdict, whatever else is found: a lock that is stale or cannot be read. */
  readonly problems?: readonly Diagnostic[];
  /** It is the whole workspace, so that an exception that nothing needs is told. */
  readonly isWhole: boolean;
}

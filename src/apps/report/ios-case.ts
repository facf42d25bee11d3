import type { PlistDict } from '../apple/plist-value.ts';
import type { IosFiles } from './ios-files.ts';
import type { IosFacts } from './ios-model.ts';
import type { SizeFacts } from './model.ts';

/** What findings are made from. */
export interface IosCase {
  readonly name: string;
  readonly files: IosFiles;
  readonly info: PlistDict;
  readonly ios: IosFacts;
  readonly size: SizeFacts;
  readonly nowMs: number;
}

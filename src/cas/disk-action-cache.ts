import type { ActionResult } from '../action/index.ts';
import { type Digest, InternalError } from '../base/index.ts';
import type { ActionCache } from './cas.ts';
import type { DiskCasOptions } from './disk-cas.ts';

/** Results as files of a folder. */
export class DiskActionCache implements ActionCache {
  constructor(_options: DiskCasOptions) {
    throw new InternalError('not yet');
  }
  get(_action: Digest): ActionResult | undefined {
    throw new InternalError('not yet');
  }
  put(_action: Digest, _result: ActionResult): void {
    throw new InternalError('not yet');
  }
}

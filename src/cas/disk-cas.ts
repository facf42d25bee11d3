import type { Tree } from '../action/index.ts';
import { type Digest, InternalError } from '../base/index.ts';
import type { Env, FileSystem } from '../host/index.ts';
import type { Cas } from './cas.ts';

export interface DiskCasOptions {
  readonly fs: FileSystem;
  readonly env: Pick<Env, 'pid' | 'random'>;
  readonly root: string;
}

/** Blobs as files of a folder. */
export class DiskCas implements Cas {
  constructor(_options: DiskCasOptions) {
    throw new InternalError('not yet');
  }
  has(_digest: Digest): boolean {
    throw new InternalError('not yet');
  }
  get(_digest: Digest): Uint8Array | undefined {
    throw new InternalError('not yet');
  }
  put(_content: Uint8Array | string): Digest {
    throw new InternalError('not yet');
  }
  putFile(_path: string): Digest {
    throw new InternalError('not yet');
  }
  fileOf(_digest: Digest, _isExecutable: boolean): string | undefined {
    throw new InternalError('not yet');
  }
  putTree(_tree: Tree): Digest {
    throw new InternalError('not yet');
  }
  getTree(_root: Digest): Tree | undefined {
    throw new InternalError('not yet');
  }
  missingFile(_tree: Tree): Digest | undefined {
    throw new InternalError('not yet');
  }
}

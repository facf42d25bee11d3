import type { Dex } from '../android/dex.ts';
import type { Manifest } from '../android/manifest.ts';
import type { Signature } from '../android/signatures.ts';
import type { DexFile, NativeLibrary } from './model.ts';

/** What is gathered of an APK while its files go by. */
export class ApkFiles {
  manifest: Manifest | undefined;
  readonly dex: (DexFile & Dex)[] = [];
  readonly native: (NativeLibrary & { readonly foundAbi: string | undefined })[] = [];
  readonly signatures: Signature[] = [];
}

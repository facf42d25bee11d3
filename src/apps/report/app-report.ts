import { type Result, sha256 } from '../../base/index.ts';
import { type AppFormat, type AppWorld, openApp } from '../app-file.ts';
import { type AppFailure, caught } from '../fault.ts';
import { AAB, APK } from './android-layout.ts';
import { androidReport, readAndroidIdentity } from './android-report.ts';
import { iosReport, readIosIdentity } from './ios-report.ts';
import type { AppIdentity, AppReport } from './model.ts';

/** Where a package is, and what the user calls it. */
export interface AppPlace {
  readonly path: string;
  readonly name: string;
}

/** All that is told of one package. Nothing is unpacked to the disk, and nothing of it is run. */
export function appReport(world: AppWorld, { path, name }: AppPlace): Promise<Result<AppReport, AppFailure>> {
  return caught(async () => {
    const file = openApp(world, path, name);
    const { format, bytes } = file;
    return {
      file: { name, format, sizeBytes: bytes.length, sha256: sha256(bytes) },
      ...(format === 'ipa'
        ? await iosReport(file, world)
        : await androidReport(file, format === 'apk' ? APK : AAB, world)),
    };
  });
}

/** Which app a package is and in which version, without looking at the rest of it. */
export function appIdentity(
  world: Pick<AppWorld, 'fs'>,
  { path, name }: AppPlace,
): Promise<Result<AppIdentity & { readonly format: AppFormat }, AppFailure>> {
  return caught(async () => {
    const file = openApp(world, path, name);
    const { format } = file;
    const identity =
      format === 'ipa' ? readIosIdentity(file) : readAndroidIdentity(file, format === 'apk' ? APK : AAB);
    return { format, ...(await identity) };
  });
}

import { appIdentity } from '../../apps/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { type ReadVersions, unreadable } from './built-version.ts';

export interface BuiltApp {
  readonly full: string;
  /** As it is told. */
  readonly path: string;
}

/** What the manifest, or Info.plist, in the package of an app says. */
export async function readApp(fs: FileSystem, { full, path }: BuiltApp): Promise<ReadVersions> {
  const read = await appIdentity({ fs }, { path: full, name: path });
  if (!read.ok) {
    const { place, message } = read.failure;
    return unreadable(path, place === path ? message : `${place.replace(`${path}: `, '')}: ${message}`);
  }
  const { format, version, build } = read.value;
  const isApple = format === 'ipa';
  const common = { path, format };
  return {
    versions: [
      isApple
        ? { ...common, field: 'CFBundleShortVersionString', found: version, kind: 'shortVersion' }
        : { ...common, field: 'versionName', found: version, kind: 'versionName' },
      isApple
        ? { ...common, field: 'CFBundleVersion', found: build, kind: 'bundleVersion' }
        : { ...common, field: 'versionCode', found: build, kind: 'versionCode' },
    ],
    unreadable: [],
  };
}

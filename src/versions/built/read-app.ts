import { appReport } from '../../apps/index.ts';
import type { FileSystem } from '../../host/index.ts';
import { type ReadVersions, unreadable } from './built-version.ts';

export interface BuiltAppWorld {
  readonly fs: FileSystem;
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

export interface BuiltApp {
  readonly full: string;
  /** As it is told. */
  readonly path: string;
}

/** What the manifest, or Info.plist, in the package of an app says. */
export async function readApp(world: BuiltAppWorld, { full, path }: BuiltApp): Promise<ReadVersions> {
  const report = await appReport(world, { path: full, name: path });
  if (!report.ok) {
    const { place, message } = report.failure;
    return unreadable(path, place === path ? message : `${place.replace(`${path}: `, '')}: ${message}`);
  }
  const { file, app } = report.value;
  const { format } = file;
  const isApple = format === 'ipa';
  const common = { path, format };
  return {
    versions: [
      isApple
        ? { ...common, field: 'CFBundleShortVersionString', found: app.version, kind: 'shortVersion' }
        : { ...common, field: 'versionName', found: app.version, kind: 'versionName' },
      isApple
        ? { ...common, field: 'CFBundleVersion', found: app.build, kind: 'bundleVersion' }
        : { ...common, field: 'versionCode', found: app.build, kind: 'versionCode' },
    ],
    unreadable: [],
  };
}

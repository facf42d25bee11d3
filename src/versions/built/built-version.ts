/** What a built file says of its version, in one of its fields. */
export interface BuiltVersion {
  /** Below the workspace: `dist/mobile/hybrid.apk`. */
  readonly path: string;
  readonly format: BuiltFormat;
  /** `versionCode`, `Version of x-1.0.dist-info/METADATA`. */
  readonly field: string;
  readonly found: string;
  readonly kind: NameKind;
}

export type BuiltFormat = 'apk' | 'aab' | 'ipa' | 'wheel' | 'npm package' | 'image';

/** By which of a version's names a field has to go. */
export type NameKind =
  | 'versionName'
  | 'versionCode'
  | 'shortVersion'
  | 'bundleVersion'
  | 'wheel'
  | 'npm'
  | 'imageTag'
  | 'version';

/** A file that should tell its version, and does not. */
export interface Unreadable {
  readonly path: string;
  readonly why: string;
}

export interface ReadVersions {
  readonly versions: readonly BuiltVersion[];
  readonly unreadable: readonly Unreadable[];
}

export const NOTHING: ReadVersions = { versions: [], unreadable: [] };

export function joined(all: readonly ReadVersions[]): ReadVersions {
  return {
    versions: all.flatMap(({ versions }) => versions),
    unreadable: all.flatMap(({ unreadable }) => unreadable),
  };
}

export function unreadable(path: string, why: string): ReadVersions {
  return { versions: [], unreadable: [{ path, why }] };
}

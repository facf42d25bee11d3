import type { Found, FoundPackage, Reader } from './found.ts';

/** `META-INF/androidx.core_core-ktx.version`: the library's module, and in the file its version. */
const VERSION_FILE = /(?:^|\/)META-INF\/([a-z][\w.-]*)\.version$/;
const PLAY_FILE = /^(?:[\w-]+\/root\/)?((?:play-services|firebase|transport|billing)[\w-]*)\.properties$/;

export function wantsAndroidMarker(path: string): boolean {
  return VERSION_FILE.test(path) || PLAY_FILE.test(path);
}

/** The files by which libraries of Android say, in an app, which version they are. */
export const readAndroidMarker: Reader = (path, bytes) => {
  const text = bytes.subarray(0, 4096).toString('utf8');
  const [, stem] = VERSION_FILE.exec(path) ?? [];
  const name = stem === undefined ? playModule(path) : markedModule(stem);
  const version = stem === undefined ? /^version=(\S+)\s*$/m.exec(text)?.[1] : text.trim();
  if (name === undefined || !version || !/^\d[\w.+-]*$/.test(version)) return [];
  return [{ kind: 'package', ecosystem: 'Maven', name, version } satisfies FoundPackage] as readonly Found[];
};

function markedModule(stem: string): string | undefined {
  if (/^kotlinx_[a-z_0-9]+$/.test(stem)) return `org.jetbrains.kotlinx:${stem.replaceAll('_', '-')}`;
  const [, group, artifact] = /^([a-z]\w*(?:\.[\w-]+)+?)_([\w.-]+)$/.exec(stem) ?? [];
  return group === undefined ? undefined : `${group}:${artifact}`;
}

const PLAY_GROUPS: Readonly<Record<string, string>> = {
  'play-services': 'com.google.android.gms',
  firebase: 'com.google.firebase',
  transport: 'com.google.android.datatransport',
  billing: 'com.android.billingclient',
};

function playModule(path: string): string | undefined {
  const [, artifact = ''] = PLAY_FILE.exec(path) ?? [];
  const [family = ''] = /^(play-services|firebase|transport|billing)/.exec(artifact) ?? [];
  const group = PLAY_GROUPS[family];
  return group === undefined ? undefined : `${group}:${artifact}`;
}

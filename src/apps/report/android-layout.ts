import { readBinaryXml } from '../android/binary-xml.ts';
import { readProtoResources } from '../android/proto-resources.ts';
import { readProtoXml } from '../android/proto-xml.ts';
import { readResourceTable } from '../android/resource-table.ts';
import type { Resources } from '../android/resources.ts';
import type { XmlElement } from '../android/xml.ts';
import type { AppFile } from '../app-file.ts';
import type { Part } from './model.ts';

/** Where a kind of package keeps things, and in which form. */
export interface AndroidLayout {
  readonly manifest: string;
  readonly resources: string;
  readonly isDex: (path: string) => boolean;
  /** Its group is the ABI. */
  readonly library: RegExp;
  readonly partOf: (path: string) => Part;
  /** Of a file of the resources, by the path that they name. */
  readonly resourceFile: (path: string) => string;
  readonly readXml: (bytes: Buffer) => XmlElement;
  readonly readResources: (bytes: Buffer) => Resources;
}

const APK_DEX = /^classes\d*\.dex$/;

const APK: AndroidLayout = {
  manifest: 'AndroidManifest.xml',
  resources: 'resources.arsc',
  isDex: (path) => APK_DEX.test(path),
  library: /^lib\/([^/]+)\/[^/]+\.so$/,
  partOf: (path) => {
    if (APK_DEX.test(path)) return 'code';
    if (path === 'resources.arsc' || path === 'AndroidManifest.xml') return 'resources';
    return partOfFolder(path);
  },
  resourceFile: (path) => path,
  readXml: readBinaryXml,
  readResources: readResourceTable,
};

/** The modules of a bundle are folders; what is asked of an app is read from the one that is always installed. */
const AAB: AndroidLayout = {
  manifest: 'base/manifest/AndroidManifest.xml',
  resources: 'base/resources.pb',
  isDex: (path) => /^[^/]+\/dex\/[^/]+\.dex$/.test(path),
  library: /^[^/]+\/lib\/([^/]+)\/[^/]+\.so$/,
  partOf: (path) => {
    const [module = '', ...rest] = path.split('/');
    if (module === 'META-INF' || module === 'BUNDLE-METADATA' || rest.length === 0) return 'other';
    const inside = rest.join('/');
    if (rest[0] === 'dex') return 'code';
    if (inside === 'resources.pb' || rest[0] === 'manifest') return 'resources';
    return partOfFolder(inside);
  },
  resourceFile: (path) => `base/${path}`,
  readXml: readProtoXml,
  readResources: readProtoResources,
};

export function layoutOf({ format }: AppFile): AndroidLayout {
  return format === 'apk' ? APK : AAB;
}

function partOfFolder(path: string): Part {
  if (path.startsWith('res/')) return 'resources';
  if (path.startsWith('lib/')) return 'native';
  return path.startsWith('assets/') ? 'assets' : 'other';
}

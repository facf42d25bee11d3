/** A value of an attribute as the compiled form types it. */
export type XmlValue =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'integer'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  /** A resource by its id. */
  | { readonly kind: 'reference'; readonly id: number }
  | { readonly kind: 'other' };

export interface XmlElement {
  readonly name: string;
  /** By name; those of Android's namespace as `android:name`. */
  readonly attributes: ReadonlyMap<string, XmlValue>;
  readonly children: readonly XmlElement[];
  /** What stands between the tags. */
  readonly text: string;
}

/** An element while it is read. */
export interface OpenElement {
  readonly name: string;
  readonly attributes: Map<string, XmlValue>;
  readonly children: OpenElement[];
  text: string;
}

export const ANDROID_NAMESPACE = 'http://schemas.android.com/apk/res/android';
/** Deeper than any manifest; more would exhaust the stack of whoever walks it. */
export const MAX_XML_DEPTH = 100;

/** Attributes that Android finds by their number, whatever they are called: tools that protect apps take the names away. */
const ATTRIBUTE_NAMES: ReadonlyMap<number, string> = new Map([
  [0x01010001, 'label'],
  [0x01010002, 'icon'],
  [0x01010003, 'name'],
  [0x01010006, 'permission'],
  [0x01010007, 'readPermission'],
  [0x01010008, 'writePermission'],
  [0x01010009, 'protectionLevel'],
  [0x0101000e, 'enabled'],
  [0x0101000f, 'debuggable'],
  [0x01010010, 'exported'],
  [0x01010018, 'authorities'],
  [0x01010024, 'value'],
  [0x01010025, 'resource'],
  [0x01010026, 'mimeType'],
  [0x01010027, 'scheme'],
  [0x01010028, 'host'],
  [0x01010029, 'port'],
  [0x0101002a, 'path'],
  [0x0101002b, 'pathPrefix'],
  [0x0101002c, 'pathPattern'],
  [0x01010202, 'targetActivity'],
  [0x0101020c, 'minSdkVersion'],
  [0x0101021b, 'versionCode'],
  [0x0101021c, 'versionName'],
  [0x01010270, 'targetSdkVersion'],
  [0x01010271, 'maxSdkVersion'],
  [0x01010272, 'testOnly'],
  [0x01010280, 'allowBackup'],
  [0x01010281, 'glEsVersion'],
  [0x0101028e, 'required'],
  [0x010104ea, 'extractNativeLibs'],
  [0x010104ec, 'usesCleartextTraffic'],
  [0x010104ee, 'autoVerify'],
  [0x01010527, 'networkSecurityConfig'],
  [0x01010572, 'compileSdkVersion'],
]);

/** The name of an attribute by its number where it has one that is known, else by what is written. */
export function attributeName(id: number, namespace: string, name: string): string {
  const known = ATTRIBUTE_NAMES.get(id);
  if (known !== undefined) return `android:${known}`;
  return namespace === ANDROID_NAMESPACE ? `android:${name}` : name;
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

export function textOf(element: XmlElement | undefined, attribute: string): string | undefined {
  const value = element?.attributes.get(attribute);
  if (value?.kind === 'text') return value.text;
  return value?.kind === 'integer' ? String(value.value) : undefined;
}

export function integerOf(element: XmlElement | undefined, attribute: string): number | undefined {
  const value = element?.attributes.get(attribute);
  if (value?.kind === 'integer') return value.value;
  return value?.kind === 'text' && /^\d+$/.test(value.text) ? Number(value.text) : undefined;
}

export function booleanOf(element: XmlElement | undefined, attribute: string): boolean | undefined {
  const value = element?.attributes.get(attribute);
  if (value?.kind === 'boolean') return value.value;
  if (value?.kind === 'integer') return value.value !== 0;
  return value?.kind === 'text' ? value.text === 'true' : undefined;
}

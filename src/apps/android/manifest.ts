import { withoutAbsent } from '../../base/index.ts';
import { booleanOf, childrenOf, integerOf, textOf, type XmlElement, type XmlValue } from './xml.ts';

export interface Permission {
  readonly name: string;
  /** The last SDK level on which it is asked for. */
  readonly maxSdk?: number;
}

export interface Feature {
  readonly name: string;
  readonly isRequired: boolean;
}

export type ComponentKind = 'activity' | 'activity-alias' | 'service' | 'receiver' | 'provider';

export interface IntentFilter {
  readonly actions: readonly string[];
  readonly categories: readonly string[];
  /** `https://example.com/app`, `text/plain`. */
  readonly data: readonly string[];
}

export interface Component {
  readonly kind: ComponentKind;
  /** With its package. */
  readonly name: string;
  /** As declared, or as Android takes it where it is not. */
  readonly isExported: boolean;
  readonly isExportDeclared: boolean;
  /** What a caller has to hold. */
  readonly permission?: string;
  readonly filters: readonly IntentFilter[];
}

/** What a manifest says; a label or a file is what the attribute holds, and may be the id of a resource. */
export interface Manifest {
  readonly applicationId: string;
  readonly versionCode: number;
  readonly versionName: string;
  readonly minSdk: number;
  readonly targetSdk: number;
  readonly compileSdk?: number;
  readonly permissions: readonly Permission[];
  readonly features: readonly Feature[];
  readonly components: readonly Component[];
  readonly isDebuggable: boolean;
  readonly isTestOnly: boolean;
  /** As declared; Android takes `true` where nothing is. */
  readonly allowsBackup?: boolean;
  readonly usesCleartext?: boolean;
  readonly label?: XmlValue;
  readonly versionNameValue?: XmlValue;
  readonly networkSecurity?: XmlValue;
  /** The application's own class. */
  readonly applicationClass?: string;
  /** A part of an app that is installed with others. */
  readonly split?: string;
}

const KINDS: readonly ComponentKind[] = ['activity', 'activity-alias', 'service', 'receiver', 'provider'];

/** Reads the root of `AndroidManifest.xml`. What is left out has the value that Android gives it. */
export function readManifest(root: XmlElement): Manifest {
  const [sdk] = childrenOf(root, 'uses-sdk');
  const [application] = childrenOf(root, 'application');
  const applicationId = textOf(root, 'package') ?? '';
  const minSdk = integerOf(sdk, 'android:minSdkVersion') ?? 1;
  const targetSdk = integerOf(sdk, 'android:targetSdkVersion') ?? minSdk;
  const className = textOf(application, 'android:name');
  return {
    applicationId,
    versionCode: integerOf(root, 'android:versionCode') ?? 0,
    versionName: textOf(root, 'android:versionName') ?? '',
    minSdk,
    targetSdk,
    ...withoutAbsent({
      compileSdk: integerOf(root, 'android:compileSdkVersion'),
      allowsBackup: booleanOf(application, 'android:allowBackup'),
      usesCleartext: booleanOf(application, 'android:usesCleartextTraffic'),
      label: application?.attributes.get('android:label'),
      versionNameValue: root.attributes.get('android:versionName'),
      networkSecurity: application?.attributes.get('android:networkSecurityConfig'),
      applicationClass: className === undefined ? undefined : fullName(applicationId, className),
      split: textOf(root, 'split'),
    }),
    permissions: permissionsOf(root),
    features: featuresOf(root),
    components: (application?.children ?? []).flatMap((element) =>
      componentOf(element, applicationId, targetSdk),
    ),
    isDebuggable: booleanOf(application, 'android:debuggable') ?? false,
    isTestOnly: booleanOf(application, 'android:testOnly') ?? false,
  };
}

function permissionsOf(root: XmlElement): Permission[] {
  const asked = [...childrenOf(root, 'uses-permission'), ...childrenOf(root, 'uses-permission-sdk-23')];
  const found = new Map<string, Permission>();
  for (const element of asked) {
    const name = textOf(element, 'android:name') ?? '';
    found.set(name, { name, ...withoutAbsent({ maxSdk: integerOf(element, 'android:maxSdkVersion') }) });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function featuresOf(root: XmlElement): Feature[] {
  return childrenOf(root, 'uses-feature').map((element) => {
    const glEs = integerOf(element, 'android:glEsVersion');
    const name = textOf(element, 'android:name') ?? `OpenGL ES ${(glEs ?? 0) >>> 16}.${(glEs ?? 0) & 0xffff}`;
    return { name, isRequired: booleanOf(element, 'android:required') ?? true };
  });
}

function componentOf(element: XmlElement, applicationId: string, targetSdk: number): Component[] {
  const kind = KINDS.find((each) => each === element.name);
  if (!kind || booleanOf(element, 'android:enabled') === false) return [];
  const filters = childrenOf(element, 'intent-filter').map(filterOf);
  const declared = booleanOf(element, 'android:exported');
  const permission =
    textOf(element, 'android:permission') ?? (kind === 'provider' ? providerPermission(element) : undefined);
  return [
    {
      kind,
      name: fullName(applicationId, textOf(element, 'android:name') ?? ''),
      isExported: declared ?? (kind === 'provider' ? targetSdk < 17 : filters.length > 0),
      isExportDeclared: declared !== undefined,
      ...withoutAbsent({ permission }),
      filters,
    },
  ];
}

/** One of the two alone leaves the other way open. */
function providerPermission(element: XmlElement): string | undefined {
  const [read, write] = ['android:readPermission', 'android:writePermission'].map((each) =>
    textOf(element, each),
  );
  if (read === undefined || write === undefined) return undefined;
  return read === write ? read : `${read}, ${write}`;
}

function filterOf(filter: XmlElement): IntentFilter {
  const names = (tag: string): string[] =>
    childrenOf(filter, tag).map((element) => textOf(element, 'android:name') ?? '');
  return {
    actions: names('action'),
    categories: names('category'),
    data: childrenOf(filter, 'data').map(dataText),
  };
}

function dataText(element: XmlElement): string {
  const get = (name: string): string | undefined => textOf(element, `android:${name}`);
  const scheme = get('scheme');
  const path = get('path') ?? suffixed(get('pathPrefix'), '*') ?? get('pathPattern') ?? '';
  const port = get('port');
  const place = `${scheme === undefined ? '' : `${scheme}://`}${get('host') ?? ''}${port ? `:${port}` : ''}${path}`;
  return [place, get('mimeType')].filter((part) => part).join(' ');
}

function suffixed(text: string | undefined, suffix: string): string | undefined {
  return text === undefined ? undefined : `${text}${suffix}`;
}

/** `.Main` is below the package, and a name without a dot too. */
function fullName(applicationId: string, name: string): string {
  if (name.startsWith('.')) return `${applicationId}${name}`;
  return name.includes('.') || name === '' ? name : `${applicationId}.${name}`;
}

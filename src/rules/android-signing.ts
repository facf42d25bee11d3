import type { TreeExpression } from '../action/index.ts';
import type { AndroidSettings, AndroidSigning } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import { type DeclaredArtifact, DIST_CLASS, type SigningRequest } from './rule.ts';

export interface SignedApp {
  readonly target: Pick<Target, 'directory'>;
  /** The key; without one the app stays unsigned. */
  readonly signing: AndroidSigning | undefined;
  readonly minSdk: AndroidSettings['minSdk'];
}

export interface AppFile {
  /** Among the artifacts. */
  readonly name: string;
  /** In `dist/`, without `-unsigned` and the extension. */
  readonly as: string;
  readonly kind: SigningRequest['kind'];
  readonly tree: TreeExpression;
}

const EXTENSIONS: Readonly<Record<SigningRequest['kind'], string>> = { apk: 'apk', jar: 'aab' };

/** An APK or a bundle in `dist/`, whose name tells whether it is signed. */
export function appArtifact(app: SignedApp, { name, as, kind, tree }: AppFile): DeclaredArtifact {
  const signing = signingRequest(app, kind);
  const path = `${DIST_CLASS.app}/${as}${signing ? '' : '-unsigned'}.${EXTENSIONS[kind]}`;
  return { name, type: 'mobile', path, tree, isFile: true, ...(signing ? { signing } : {}) };
}

/** How it is signed after the build. */
function signingRequest(
  { target: { directory }, signing, minSdk }: SignedApp,
  kind: SigningRequest['kind'],
): SigningRequest | undefined {
  if (!signing) return undefined;
  const { storeFile, keyAlias, certificates } = signing;
  return {
    kind,
    span: storeFile.span,
    storeFile: directory === '' ? storeFile.value : `${directory}/${storeFile.value}`,
    keyAlias,
    keyKind: signing.kind,
    ...(certificates ? { certificates } : {}),
    minSdk,
  };
}

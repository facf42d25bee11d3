import type { AndroidSettings } from '../config/index.ts';
import type { Target } from '../graph/index.ts';
import type { SigningRequest } from './rule.ts';

/** How the app's archive is signed after the build; `undefined` when it stays unsigned. */
export function signingRequest(
  { directory }: Pick<Target, 'directory'>,
  { signing, minSdk }: Pick<AndroidSettings, 'signing' | 'minSdk'>,
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

import type { AndroidFacts } from './facts.ts';
import type { Gaps } from './gaps.ts';
import { isOwnPath } from './own-path.ts';

type Signing = Readonly<Record<'storeFile' | 'keyAlias', string>>;

/** The key of the release, where it lies in the module; passwords are the environment's. */
export function releaseSigning(facts: AndroidFacts, gaps: Gaps): Signing | undefined {
  const wanted = facts.buildTypes.get('release')?.signingConfig ?? facts.defaults.signingConfig;
  return wanted && signingOf(facts, wanted.value, gaps);
}

/** A key that is not wholly known is told where it was read. */
export function signingOf({ signing }: AndroidFacts, name: string, gaps: Gaps): Signing | undefined {
  const { storeFile, keyAlias } = signing.get(name) ?? {};
  if (!storeFile || !keyAlias) return undefined;
  if (isOwnPath(storeFile.value)) return { storeFile: storeFile.value, keyAlias: keyAlias.value };
  gaps.add('gradle/setting', `the key store ${storeFile.value} lies outside the app's folder`, {
    span: storeFile.span,
    hint: 'put it into the folder, and write `signing:` with storeFile and keyAlias',
  });
  return undefined;
}

import type { AndroidSettings, AndroidSigning } from './android-model.ts';

/** Every key that an app names, for all its variants or for those of one build type. */
export function signingKeys({ signing, buildTypes = [] }: AndroidSettings): readonly AndroidSigning[] {
  return [signing, ...buildTypes.map((type) => type.signing)].filter((each) => each !== undefined);
}

import type { AndroidSettings, AndroidSigning } from './android-model.ts';

/** Every key that an app names, for all its variants or for those of one build type. */
export function signingKeys({ signing, buildTypes = [] }: AndroidSettings): readonly AndroidSigning[] {
  return [signing, ...buildTypes.map((type) => type.signing)].filter((each) => each !== undefined);
}

/** Where their key stores may lie, relative to the target: whether `app/` is the app's folder, its sources tell. */
export function keyStorePaths(android: AndroidSettings, keys = signingKeys(android)): readonly string[] {
  const folders = android.directory ? [android.directory.value] : ['', 'app'];
  return keys.flatMap(({ storeFile }) =>
    folders.map((folder) => (folder === '' ? storeFile.value : `${folder}/${storeFile.value}`)),
  );
}

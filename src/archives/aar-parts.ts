/**
 * Which part of an Android library (AAR) a path in it belongs to: `AndroidManifest.xml`, `classes.jar`, `libs/<name>.jar`, `res`,
 * `assets`, `jni/<architecture>`, `proguard.txt`, `R.txt`; `undefined` for what an app does not take of it.
 */
export function aarPart(path: string): string | undefined {
  return PART.exec(path)?.[0].replace(/\/$/, '');
}

const PART =
  /^(AndroidManifest\.xml$|classes\.jar$|proguard\.txt$|R\.txt$|libs\/[A-Za-z0-9][\w.+-]*\.jar$|res\/|assets\/|jni\/[A-Za-z0-9][\w-]*\/)/;

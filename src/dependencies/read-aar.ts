import { aarPart, unzip } from '../archives/index.ts';
import { fail, ok, type Result } from '../base/index.ts';

/** What of an Android library a build must know before it unpacks it. */
export interface AarFacts {
  /** The package of its resources. */
  readonly package: string;
  readonly minSdk?: number;
  /** `classes.jar`, `libs/<name>.jar`, `res`, `assets`, `jni/<architecture>`, `proguard.txt`, `R.txt`: which of them it has. */
  readonly parts: readonly string[];
}

/** Reads an AAR, or says in words why it is none. */
export function readAar(bytes: Uint8Array): Result<AarFacts, string> {
  const parts = new Set<string>();
  const wants = (path: string): boolean => {
    const part = aarPart(path);
    if (part !== undefined && part !== MANIFEST) parts.add(part);
    return path === MANIFEST;
  };
  const unpacked = unzip(bytes, { wants });
  if (!unpacked.ok) return unpacked;
  const [manifest] = unpacked.value;
  if (!manifest) return fail(`it has no ${MANIFEST}`);
  const text = Buffer.from(manifest.content)
    .toString()
    .replace(/<!--.*?-->/gs, '');
  const name = /<manifest\b[^>]*?\spackage\s*=\s*["']([A-Za-z][\w.]*)["']/.exec(text)?.[1];
  if (name === undefined) return fail(`its ${MANIFEST} names no package`);
  const level = /<uses-sdk\b[^>]*?\sandroid:minSdkVersion\s*=\s*["'](\d{1,3})["']/.exec(text)?.[1];
  const minSdk = level === undefined ? {} : { minSdk: Number(level) };
  return ok({ package: name, ...minSdk, parts: [...parts].sort() });
}

const MANIFEST = 'AndroidManifest.xml';

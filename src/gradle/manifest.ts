import { type SourceFile, withoutAbsent } from '../base/index.ts';
import type { Found, Value } from './value.ts';

export interface ManifestFacts {
  readonly package?: Found<string>;
  readonly minSdk?: Found<number>;
  readonly targetSdk?: Found<number>;
  readonly versionCode?: Value;
  readonly versionName?: Value;
}

/** What older projects say in the manifest in place of the build file. Comments count for nothing. */
export function manifestFacts(file: SourceFile): ManifestFacts {
  // Of the same length, so that places stay right.
  const text = file.text.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => ' '.repeat(comment.length));
  const attributes = (tag: string): ReadonlyMap<string, Found<string>> => {
    const found = new Map<string, Found<string>>();
    const element = new RegExp(`<${tag}\\s([^>]*)>`).exec(text);
    if (!element) return found;
    const from = element.index + tag.length + 2;
    for (const match of element[1]!.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
      const start = from + match.index;
      found.set(match[1]!, {
        value: match[2] ?? match[3]!,
        span: { file, start, end: start + match[0].length },
      });
    }
    return found;
  };
  const manifest = attributes('manifest');
  const sdk = attributes('uses-sdk');
  const level = (name: string): Found<number> | undefined => {
    const found = sdk.get(name);
    return found && /^\d{1,3}$/.test(found.value) ? { ...found, value: Number(found.value) } : undefined;
  };
  const constant = (name: string): Value | undefined => {
    const found = manifest.get(name);
    return found && !found.value.startsWith('@')
      ? { kind: 'text', text: found.value, span: found.span }
      : undefined;
  };
  return withoutAbsent({
    package: manifest.get('package'),
    minSdk: level('android:minSdkVersion'),
    targetSdk: level('android:targetSdkVersion'),
    versionCode: constant('android:versionCode'),
    versionName: constant('android:versionName'),
  });
}

/** What the rule reads of an app's own manifest, as text: everything else is the merger's and aapt2's work. */
export interface ManifestFacts {
  /** `package` of `<manifest>`. */
  readonly package?: string;
  /** `android:extractNativeLibs` of `<application>`. */
  readonly extractsLibraries?: boolean;
}

export function manifestFacts(text: string): ManifestFacts {
  const plain = withoutComments(text);
  const root = attributesOf(plain, 'manifest');
  const name = root?.match(/\spackage\s*=\s*["']([^"']*)["']/)?.[1];
  const extract = attributesOf(plain, 'application')?.match(
    /\sandroid:extractNativeLibs\s*=\s*["'](true|false)["']/,
  )?.[1];
  return {
    ...(name === undefined ? {} : { package: name }),
    ...(extract === undefined ? {} : { extractsLibraries: extract === 'true' }),
  };
}

/** Names of classes are relative to the namespace, which the merger knows by `package` alone. */
export function withPackage(text: string, namespace: string): string {
  const { package: own } = manifestFacts(text);
  const at = withoutComments(text).search(/<manifest[\s>/]/);
  if (own !== undefined || at < 0) return text;
  const end = at + '<manifest'.length;
  return `${text.slice(0, end)} package="${namespace}"${text.slice(end)}`;
}

/** Blanks in their place keep every offset. */
function withoutComments(text: string): string {
  return text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, ' '));
}

function attributesOf(text: string, element: string): string | undefined {
  return new RegExp(`<${element}((?:\\s+[^\\s=<>"']+\\s*=\\s*(?:"[^"]*"|'[^']*'))*)\\s*/?>`).exec(text)?.[1];
}

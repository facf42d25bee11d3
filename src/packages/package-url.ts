/** A package URL, taken apart and decoded. */
export interface PackageUrl {
  readonly type: string;
  /** Segments joined by `/`. */
  readonly namespace?: string;
  readonly name: string;
  readonly version?: string;
  readonly qualifiers?: Readonly<Record<string, string>>;
  readonly subpath?: string;
}

const TYPE = /^[a-z][a-z0-9.-]*$/;
const QUALIFIER_KEY = /^[a-z][a-z0-9._-]*$/;

/** Reads a package URL as the purl specification has it; `undefined` for any other text. The parts come out canonical. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const scheme = /^pkg:\/*/i.exec(text);
  if (!scheme) return undefined;
  const [beforeSubpath, subpath] = cut(text.slice(scheme[0].length), '#');
  const [beforeQualifiers, query] = cut(beforeSubpath, '?');
  const path = beforeQualifiers.replace(/\/+$/, '');
  const slash = path.indexOf('/');
  if (slash < 0) return undefined;
  const versionAt = path.lastIndexOf('@');
  const hasVersion = versionAt > path.lastIndexOf('/');
  const segments = decodedSegments(path.slice(slash + 1, hasVersion ? versionAt : undefined));
  const version = hasVersion ? decoded(path.slice(versionAt + 1)) : '';
  const qualifiers = parseQualifiers(query ?? '');
  const inner = decodedSegments(subpath ?? '');
  const type = path.slice(0, slash).toLowerCase();
  if (!TYPE.test(type) || !segments || version === undefined || !qualifiers || !inner) return undefined;
  const name = segments.pop();
  if (!name || (hasVersion && /(?:^|\/)@[^/]*$/.test(path))) return undefined;
  return canonical({
    type,
    name,
    namespace: segments.join('/'),
    version,
    qualifiers,
    subpath: inner.filter((segment) => segment !== '.' && segment !== '..').join('/'),
  });
}

/** The canonical text: qualifiers sorted, names as their type wants them, all percent-encoded that has to be. */
export function formatPackageUrl(url: PackageUrl): string {
  const { type, namespace, name, version, qualifiers, subpath } = canonical(url);
  let text = `pkg:${type}/`;
  if (namespace) text += `${encodedSegments(namespace)}/`;
  text += encoded(name);
  if (version) text += `@${encoded(version)}`;
  if (qualifiers) {
    const pairs = Object.keys(qualifiers).map((key) => `${key}=${encodedSegments(qualifiers[key]!)}`);
    text += `?${pairs.join('&')}`;
  }
  return subpath ? `${text}#${encodedSegments(subpath)}` : text;
}

function canonical(url: PackageUrl): PackageUrl {
  const type = url.type.toLowerCase();
  const namespace = LOWER_CASE.has(type) ? url.namespace?.toLowerCase() : url.namespace;
  const name = LOWER_CASE.has(type) ? url.name.toLowerCase() : url.name;
  const canonicalUrl: { -readonly [Key in keyof PackageUrl]: PackageUrl[Key] } = {
    type,
    name: type === 'pypi' ? name.replaceAll('_', '-') : name,
  };
  if (namespace) canonicalUrl.namespace = namespace;
  if (url.version) canonicalUrl.version = url.version;
  const qualifiers = url.qualifiers && sortedQualifiers(url.qualifiers);
  if (qualifiers) canonicalUrl.qualifiers = qualifiers;
  if (url.subpath) canonicalUrl.subpath = url.subpath;
  return canonicalUrl;
}

function sortedQualifiers(
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> | undefined {
  const pairs = Object.entries(given)
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

/** Types whose names mean the same in capitals. npm is none of them for us: its old names with capitals are other packages. */
const LOWER_CASE = new Set([
  'pypi',
  'github',
  'bitbucket',
  'gitlab',
  'golang',
  'deb',
  'apk',
  'rpm',
  'composer',
  'hex',
]);

function parseQualifiers(query: string): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const [key, raw = ''] = cut(pair, '=');
    const name = key.toLowerCase();
    const value = decoded(raw);
    if (!QUALIFIER_KEY.test(name) || value === undefined || Object.hasOwn(found, name)) return undefined;
    found[name] = value;
  }
  return found;
}

function cut(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function decodedSegments(path: string): string[] | undefined {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  return segments.every((segment) => segment !== undefined) ? segments : undefined;
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const PLAIN = /^[A-Za-z0-9._~:-]*$/;

function encoded(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

function encodedSegments(path: string): string {
  return path.split('/').map(encoded).join('/');
}

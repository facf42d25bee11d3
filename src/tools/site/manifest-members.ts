import { nearest } from '../../base/index.ts';
import type { JsonPath } from './json-place.ts';
import { isRecord, type Manifest, type ManifestProblem } from './manifest-problem.ts';
import { type SiteFile, sitePath } from './site-html.ts';

const INSTALLABLE = ['standalone', 'fullscreen', 'minimal-ui'];
const OVERRIDES = [...INSTALLABLE, 'browser', 'window-controls-overlay', 'tabbed'];
const ORIENTATIONS = [
  'any',
  'natural',
  'portrait',
  'portrait-primary',
  'portrait-secondary',
  'landscape',
  'landscape-primary',
  'landscape-secondary',
];
/** A shape of a CSS colour, not its meaning. */
const COLOUR =
  /^(#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(rgba?|hsla?|hwb|lab|lch|oklab|oklch|color)\([^()]+\))$/i;

/** What is wrong with a member's value, and the remedy; nothing where it is right. */
type Check = (value: unknown, seen: Seen) => readonly [message: string, remedy: string] | undefined;

interface Seen {
  readonly manifest: Manifest;
  /** Where addresses begin. */
  readonly file: SiteFile;
}

const text: Check = (value) =>
  typeof value === 'string' && value.trim() !== ''
    ? undefined
    : [`is ${shown(value)}`, 'write a text that is not empty'];

const oneOf =
  (values: readonly string[]): Check =>
  (value) => {
    if (typeof value === 'string' && values.includes(value)) return undefined;
    const similar = typeof value === 'string' ? nearest(value, values) : undefined;
    const hint = `it can be ${values.join(', ')}`;
    return [`is ${shown(value)}`, similar ? `${hint}; is "${similar}" meant?` : hint];
  };

const colour: Check = (value) =>
  typeof value === 'string' && COLOUR.test(value.trim())
    ? undefined
    : [`is ${shown(value)}, which is no colour`, 'write it as in CSS: "#0f766e"'];

const flag: Check = (value) =>
  typeof value === 'boolean' ? undefined : [`is ${shown(value)}`, 'write true or false'];

/** Of the site, as every address that the app is opened at. */
const address: Check = (value, { file }) => {
  if (typeof value !== 'string') return text(value, { manifest: {}, file });
  return sitePath(value, file) === undefined
    ? [`is ${shown(value)}, which is not part of the site`, 'write an address relative to the manifest: "./"']
    : undefined;
};

const language: Check = (value) => {
  try {
    if (typeof value === 'string' && Intl.getCanonicalLocales(value).length === 1) return undefined;
  } catch {
    // Not a tag at all: told below.
  }
  return [`is ${shown(value)}, which is no language tag`, 'write it as in HTML: "en", "pt-BR"'];
};

const listOf =
  (check: Check): Check =>
  (value, seen) => {
    if (!Array.isArray(value)) return [`is ${shown(value)}`, 'write a list: [ ... ]'];
    return value.map((each) => check(each, seen)).find((each) => each !== undefined);
  };

const record: Check = (value) =>
  isRecord(value) ? undefined : [`is ${shown(value)}`, 'write an object: { ... }'];

const notPreferred: Check = (value, seen) =>
  value === true
    ? ['is true, so browsers offer another app in place of this one', 'leave it out, or write false']
    : flag(value, seen);

const display: Check = (value, seen) =>
  value === 'browser' && !Array.isArray(seen.manifest.display_override)
    ? ['is "browser", so the app cannot be installed', `write one of ${INSTALLABLE.join(', ')}`]
    : oneOf([...INSTALLABLE, 'browser'])(value, seen);

/** Members of https://www.w3.org/TR/appmanifest/ and of its incubations that browsers know. */
const MEMBERS: Readonly<Record<string, Check>> = {
  name: text,
  short_name: text,
  description: text,
  id: text,
  start_url: address,
  scope: address,
  display,
  display_override: listOf(oneOf(OVERRIDES)),
  orientation: oneOf(ORIENTATIONS),
  theme_color: colour,
  background_color: colour,
  lang: language,
  dir: oneOf(['auto', 'ltr', 'rtl']),
  categories: listOf(text),
  icons: listOf(record),
  screenshots: listOf(record),
  shortcuts: listOf(record),
  related_applications: listOf(record),
  prefer_related_applications: notPreferred,
  iarc_rating_id: text,
  share_target: record,
  file_handlers: listOf(record),
  protocol_handlers: listOf(record),
  launch_handler: record,
  scope_extensions: listOf(record),
  handle_links: oneOf(['auto', 'preferred', 'not-preferred']),
  edge_side_panel: record,
  note_taking: record,
  widgets: listOf(record),
};

/** Members that hold addresses that the app is opened at: the list or object, the member in it, and what it must have beside. */
const OPENED: readonly { readonly member: string; readonly key: string; readonly beside?: string }[] = [
  { member: 'shortcuts', key: 'url', beside: 'name' },
  { member: 'share_target', key: 'action', beside: 'params' },
  { member: 'file_handlers', key: 'action', beside: 'accept' },
  { member: 'protocol_handlers', key: 'url', beside: 'protocol' },
];

/** All that is wrong with a manifest, but for its pictures; `stated` is what the site itself says of it. */
export function memberProblems(
  manifest: Manifest,
  { file, stated }: { readonly file: SiteFile; readonly stated: Manifest },
): ManifestProblem[] {
  const seen: Seen = { manifest, file };
  const problems = Object.entries(manifest).flatMap(([name, value]): ManifestProblem[] => {
    const check = MEMBERS[name];
    if (!check) return misspelt(name, stated);
    const wrong = check(value, seen);
    return wrong ? [{ at: [name], message: `${name} ${wrong[0]}`, remedy: wrong[1] }] : [];
  });
  if (manifest.name === undefined)
    problems.unshift({
      at: [],
      message: 'name is missing',
      remedy: 'give it here or under `manifest:` in build.yaml',
    });
  return [...problems, ...opened(seen), ...scopeProblems(seen)];
}

/** A member that nobody knows may be somebody's extension; one that is nearly known is a mistake. */
function misspelt(name: string, stated: Manifest): ManifestProblem[] {
  const similar = nearest(name.replaceAll('-', '_'), Object.keys(MEMBERS));
  if (similar === undefined || stated[similar] !== undefined) return [];
  return [{ at: [name], message: `${name} is not known`, remedy: `is ${similar} meant?` }];
}

function opened(seen: Seen): ManifestProblem[] {
  return OPENED.flatMap(({ member, key, beside }) => {
    const value = seen.manifest[member];
    const entries: (readonly [JsonPath, unknown])[] = Array.isArray(value)
      ? value.map((each, index) => [[member, index], each] as const)
      : [[[member], value]];
    return entries.flatMap(([at, entry]): ManifestProblem[] => {
      if (!isRecord(entry)) return [];
      const where = at.join(' ');
      const wrong = address(entry[key], seen) ?? outOfScope(entry[key], seen);
      const problems = wrong
        ? [{ at: [...at, key], message: `${where} ${key} ${wrong[0]}`, remedy: wrong[1] }]
        : [];
      if (beside !== undefined && entry[beside] === undefined)
        problems.push({ at: [...at], message: `${where} has no ${beside}`, remedy: `add "${beside}"` });
      return problems;
    });
  });
}

function scopeProblems(seen: Seen): ManifestProblem[] {
  const { start_url } = seen.manifest;
  const wrong = address(start_url, seen) ? undefined : outOfScope(start_url, seen);
  return wrong ? [{ at: ['start_url'], message: `start_url ${wrong[0]}`, remedy: wrong[1] }] : [];
}

function outOfScope(value: unknown, { manifest, file }: Seen): readonly [string, string] | undefined {
  const { scope } = manifest;
  if (typeof value !== 'string' || typeof scope !== 'string') return undefined;
  const inner = sitePath(value, file);
  const outer = sitePath(scope, file);
  if (inner === undefined || outer === undefined || inner.startsWith(outer)) return undefined;
  return [
    `is ${shown(value)}, which is not below the scope ${shown(scope)}`,
    'widen scope, or move the page',
  ];
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

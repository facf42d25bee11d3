import { positionOf } from '../../base/index.ts';
import type { Finding } from '../model.ts';
import type { Severity } from '../severity/severity.ts';

interface Element {
  readonly tag: string;
  readonly start: number;
  readonly attributes: ReadonlyMap<string, string>;
  /** What stands between its tags; empty where it has one alone. */
  readonly inside: string;
}

/**
 * An AndroidManifest.xml of the sources: what it says of itself. What the build makes of it, from defaults, libraries and placeholders,
 * is seen in the package alone.
 */
export function manifestFindings(path: string, text: string): readonly Finding[] {
  // Of the same length, so that places stay right.
  const plain = text.replace(/<!--[\s\S]*?(?:-->|$)/g, (comment) => comment.replace(/[^\n]/g, ' '));
  const found = (element: Element, note: Note): Finding => {
    const { line, column } = positionOf({ file: { path, text }, start: element.start, end: element.start });
    return { ...note, aliases: [], kind: 'android', subject: path, place: { path, line, column } };
  };
  return [
    ...elements(plain, 'application').flatMap((each) =>
      applicationNotes(each).map((note) => found(each, note)),
    ),
    ...COMPONENTS.flatMap((tag) => elements(plain, tag)).flatMap((each) =>
      componentNotes(each).map((note) => found(each, note)),
    ),
  ];
}

type Note = Pick<Finding, 'id' | 'severity' | 'title' | 'remedy'>;

const APPLICATION: readonly (readonly [attribute: string, note: Note])[] = [
  [
    'android:debuggable',
    {
      id: 'android/debuggable',
      severity: 'high',
      title: 'everyone with the device can read the data of the app and run code as it',
      remedy: 'take android:debuggable out: debug builds set it themselves',
    },
  ],
  [
    'android:usesCleartextTraffic',
    {
      id: 'android/cleartext-traffic',
      severity: 'medium',
      title: 'the app may speak HTTP, which everyone on the way can read and change',
      remedy: 'take android:usesCleartextTraffic out, and use https',
    },
  ],
  [
    'android:allowBackup',
    {
      id: 'android/backup-allowed',
      severity: 'low',
      title: 'the data of the app go into backups',
      remedy: 'set android:allowBackup="false", or say by android:dataExtractionRules what is left out',
    },
  ],
];

function applicationNotes({ attributes }: Element): readonly Note[] {
  return APPLICATION.filter(([attribute]) => {
    const hasRules = attribute === 'android:allowBackup' && attributes.has('android:dataExtractionRules');
    return attributes.get(attribute) === 'true' && !hasRules;
  }).map(([, note]) => note);
}

const COMPONENTS = ['activity', 'activity-alias', 'service', 'receiver', 'provider'];
const SEVERITIES: Readonly<Record<string, Severity>> = { provider: 'high' };

/** What the launcher starts has to be open. */
function componentNotes({ tag, attributes, inside }: Element): readonly Note[] {
  const isOpen = attributes.get('android:exported') === 'true';
  const isGuarded = ['android:permission', 'android:readPermission', 'android:writePermission'].some((each) =>
    attributes.has(each),
  );
  if (!isOpen || isGuarded || inside.includes('android.intent.category.LAUNCHER')) return [];
  const name = attributes.get('android:name') ?? 'without a name';
  return [
    {
      id: 'android/exported-unguarded',
      severity: SEVERITIES[tag] ?? 'medium',
      title: `every app may use the ${tag} ${name}`,
      remedy: 'set android:exported="false", or name a permission that callers need',
    },
  ];
}

function elements(text: string, tag: string): readonly Element[] {
  const opening = new RegExp(`<${tag}(?=[\\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>`, 'g');
  return [...text.matchAll(opening)].map((match) => {
    const body = match[1]!;
    const end = match.index + match[0].length;
    const close = body.endsWith('/') ? -1 : text.indexOf(`</${tag}>`, end);
    return {
      tag,
      start: match.index,
      attributes: new Map(
        [...body.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map((each) => [
          each[1]!,
          each[2] ?? each[3]!,
        ]),
      ),
      inside: close < 0 ? '' : text.slice(end, close),
    };
  });
}

import type { Diagnostic } from '../../base/index.ts';
import {
  type Ask,
  latestKey,
  type Override,
  raiseAsks,
  type WantedVersion,
} from '../../dependencies/index.ts';
import { compareVersions, type NamedPackage, normalizeName, type Package } from '../../packages/index.ts';
import type { Finding } from '../../scan/index.ts';
import type { CliCode } from '../diagnostics.ts';

export interface StillHit extends Ways {
  readonly hit: readonly Package[];
  readonly open: readonly Finding[];
  readonly asks: readonly Ask[];
  /** By `latestKey`, the lowest version that mends it. */
  readonly mending: ReadonlyMap<string, string>;
  /** Whether the finding closes a gate. */
  readonly isOver: (finding: Finding) => boolean;
}

/** What is known of packages that only other packages ask for. */
export interface Ways {
  /** Ways of the ecosystems for what only other packages ask for. */
  readonly overrides: readonly Override[];
  /** Those that were tried, and that something contradicts: by `latestKey`. */
  readonly refused: ReadonlySet<string>;
  /** By whom a package is there. */
  readonly chainsOf: (item: NamedPackage) => readonly string[];
}

/** Each package that advisories hit also after the update, and what holds it there. */
export function stillHitProblems(still: StillHit): readonly Diagnostic[] {
  const { hit, open, asks, mending, isOver } = still;
  return hit.map((item) => {
    const own = open.filter(({ subject }) => subject === item.purl);
    const version = mending.get(latestKey(item.ecosystem, item.name));
    const places = version === undefined ? [] : asks.filter((each) => isHeldBy(item, each));
    // One that asks for a newer version holds nothing down.
    const place = places.find((each) => raiseAsks([each], mending).length > 0) ?? places[0];
    const code: CliCode = 'cli/still-vulnerable';
    return {
      code,
      severity: own.some(isOver) ? 'error' : 'warning',
      message: `${item.name} ${item.version} is hit by ${own.map(({ id }) => id).join(', ')}`,
      hint: remedyOf(item, { version, place, still }),
      ...(place ? { span: place.span } : {}),
    };
  });
}

function isHeldBy({ ecosystem, name }: Package, ask: Ask): boolean {
  return ask.ecosystem === ecosystem && ask.name === normalizeName(ecosystem, name) && /\d/.test(ask.text);
}

interface Remedy {
  readonly version: string | undefined;
  readonly place: Ask | undefined;
  readonly still: StillHit;
}

function remedyOf(item: Package, { version, place, still }: Remedy): string {
  const way = whoAsks(item, still);
  if (item.scopes.length > 0 && item.scopes.every((each) => each === 'tool'))
    return 'the version is that of a tool of mobileops, which a newer mobileops may have';
  if (version === undefined) return `no version is known that mends it; ${way}`;
  if (!place)
    return `${version} mends it, which those who ask for it do not allow: ${overrideOf(item, still)}${way}`;
  const [raised] = raiseAsks([place], new Map([[latestKey(item.ecosystem, item.name), version]]));
  const how = raised ? `\`--write\` writes ${raised.to}` : 'change it by hand';
  return `${version} mends it, which this place does not allow: ${how}`;
}

function whoAsks(item: NamedPackage, { chainsOf }: Ways): string {
  const chains = chainsOf(item);
  if (chains.length === 0) return `\`mobileops deps why ${item.name}\` says who asks for it`;
  return `it is there by ${chains.join(' and ')}`;
}

/** Each package that only others ask for and that stays below the version that was wanted, with what holds it. */
export function heldByOthersProblems(wanted: readonly WantedVersion[], ways: Ways): readonly Diagnostic[] {
  return wanted.flatMap(({ from, ...one }) =>
    from.map((now): Diagnostic => {
      const code: CliCode = 'cli/not-raised';
      const item = { ...one, version: now };
      return {
        ...{ code, severity: 'warning' },
        message: `${one.name} stays at ${now}, and ${one.version} is there`,
        hint: `no file of the workspace asks for it: ${overrideOf(item, ways)}${whoAsks(item, ways)}`,
      };
    }),
  );
}

/** How the workspace has its way all the same. */
function overrideOf({ ecosystem, name, version }: NamedPackage, { overrides, refused }: Ways): string {
  const own = overrides.find(
    ({ wanted }) => wanted.ecosystem === ecosystem && wanted.name === name && wanted.from.includes(version),
  );
  if (!own) return '';
  const { line, path, whyNot } = own;
  if (refused.has(latestKey(ecosystem, name)))
    return `\`${line}\` in ${path} was tried, and then nothing meets all requirements; `;
  if (whyNot === undefined) return `\`--write\` writes \`${line}\` into ${path}; `;
  return `\`${line}\` in ${path} overrides them, which is left to you, as ${whyNot}; `;
}

/** Each requirement that holds a package below a newer version, in words that are not rewritten. */
export function notRaisedProblems(
  asks: readonly Ask[],
  wanted: ReadonlyMap<string, string>,
  locked: ReadonlyMap<string, readonly string[]>,
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { ecosystem, name, span } of asks) {
    const key = latestKey(ecosystem, name);
    const version = wanted.get(key);
    const now = locked.get(key)?.at(-1);
    if (version === undefined || now === undefined || compareVersions(ecosystem, now, version) >= 0) continue;
    const code: CliCode = 'cli/not-raised';
    found.set(`${span.file.path}\0${span.start}`, {
      ...{ code, severity: 'warning', span },
      message: `${name} stays at ${now}, and ${version} is there`,
      hint: 'only one exact version, or one with ~, ^, == or ~= before it, is rewritten in a file of the workspace itself; change this by hand',
    });
  }
  return [...found.values()];
}

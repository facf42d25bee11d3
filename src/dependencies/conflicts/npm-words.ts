/** A package that npm could not place, as it tells it with `--force`. */
export interface NpmClash {
  /** `react@18.2.0`. */
  readonly taken: string;
  /** `react@17.0.2`, with the range that is wanted. */
  readonly wanted: string;
  /** `react-dom@17.0.2`; absent: the workspace itself. */
  readonly asker?: string;
  /** Who asks for whom from the workspace down to the asker, names alone; empty where npm does not tell it. */
  readonly chain: readonly string[];
  /** Names in package.json that what is taken and the asker come from. */
  readonly roots: readonly string[];
}

const WISH =
  /^\s*(?:(?:dev|peer|optional|peerOptional|bundled) )*(@?[^@\s]+)@"([^"]*)" from (?:(the root project)|(\S+))/;

/** All of one run, each once. */
export function clashesIn(said: string): readonly NpmClash[] {
  const lines = said.split('\n').map((line) => line.replace(/^npm (?:warn|error|WARN|ERR!) ?/, ''));
  const starts = lines.flatMap((line, at) => (/^Found: /.test(line) ? [at] : []));
  const all = starts.flatMap((start, at) => clashOf(lines.slice(start, starts[at + 1])));
  return [...new Map(all.map((each) => [`${each.taken} ${each.wanted} ${each.asker}`, each])).values()];
}

function clashOf(lines: readonly string[]): NpmClash[] {
  const [, taken] = /^Found: (\S+@\S+)/.exec(lines[0]!) ?? [];
  const at = lines.findIndex((line) => line.startsWith('Could not resolve dependency'));
  const [, name, range, isRoot, asker] = WISH.exec(lines[at + 1] ?? '') ?? [];
  if (taken === undefined || at < 0 || name === undefined || range === undefined) return [];
  const end = lines.findIndex((line, index) => index > at + 1 && line.trim() === '');
  const chain = lines.slice(at + 2, end < 0 ? undefined : end).flatMap((line) => WISH.exec(line)?.[1] ?? []);
  const roots = [...lines.slice(0, at), ...lines.slice(at, end < 0 ? undefined : end)].flatMap((line) => {
    const [, asked, , ofRoot] = WISH.exec(line) ?? [];
    return asked !== undefined && ofRoot !== undefined ? [asked] : [];
  });
  return [
    {
      ...{ taken, wanted: `${name}@${range}`, chain: chain.reverse(), roots: [...new Set(roots)] },
      ...(isRoot === undefined && asker !== undefined ? { asker: asker.replace(/,$/, '') } : {}),
    },
  ];
}

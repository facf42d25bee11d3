/** What differs between our image and another builder's, each difference with a name. */
import { type BuiltImage, type Member, memberText } from './built-image.ts';

export interface Difference {
  /** `config.Env`, `history`, `layer 2: etc/passwd`, `etc/passwd`. */
  readonly what: string;
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** Some builders make one layer of several instructions; then the files of the whole are all that can be compared. */
export type Depth = 'layers' | 'files';

export function differences(ours: BuiltImage, theirs: BuiltImage, depth: Depth): Difference[] {
  const names = [...new Set([...Object.keys(ours.fields), ...Object.keys(theirs.fields)])].sort();
  const fields = names.map((what) => ({ what, ours: ours.fields[what], theirs: theirs.fields[what] }));
  const found = fields.filter((each) => text(each.ours) !== text(each.theirs));
  if (depth === 'layers') found.push(...layerDifferences(ours, theirs));
  return [...found, ...memberDifferences('', ours.files, theirs.files)];
}

function layerDifferences(ours: BuiltImage, theirs: BuiltImage): Difference[] {
  const count = Math.max(ours.layers.length, theirs.layers.length);
  const found = Array.from({ length: count }, (_, at) =>
    memberDifferences(`layer ${at}: `, ours.layers[at] ?? [], theirs.layers[at] ?? []),
  ).flat();
  const [a, b] = [comparable(ours.history), comparable(theirs.history)];
  return text(a) === text(b) ? found : [{ what: 'history', ours: a, theirs: b }, ...found];
}

/**
 * The instructions, and which of them made a layer. BuildKit writes a command as it was started, with the values of ARGs, and an
 * empty layer where a RUN or WORKDIR changed nothing; ONBUILD it does not write at all.
 */
function comparable(history: readonly string[]): string[] {
  const short = history.map((each) => /^[^:]+: \S+/.exec(each)?.[0] ?? each);
  return short
    .filter((each) => each !== 'no layer: ONBUILD')
    .map((each) => each.replace(/\S+$/, (keyword) => keyword.toUpperCase()))
    .map((each) => (/: (?:RUN|WORKDIR)$/.test(each) ? each.replace(/^.*: /, '') : each));
}

function memberDifferences(prefix: string, ours: readonly Member[], theirs: readonly Member[]): Difference[] {
  const [a, b] = [byName(ours), byName(theirs)];
  const paths = [...new Set([...a.keys(), ...b.keys()])].sort();
  return paths
    .map((path) => ({ what: `${prefix}${path}`, ours: a.get(path), theirs: b.get(path) }))
    .filter((each) => each.ours !== each.theirs);
}

function byName(members: readonly Member[]): Map<string, string> {
  return new Map(members.map((each) => [each.path, `${each.kind} ${memberText(each)}`]));
}

/** Objects of JSON have no order. */
function text(value: unknown): string | undefined {
  return JSON.stringify(value, (_, each) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
      : each,
  );
}

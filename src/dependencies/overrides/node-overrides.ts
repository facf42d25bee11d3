import { membersOf } from '../graph/json-places.ts';
import type { NodeFolder } from '../model.ts';
import { type RaisedAsk, raiseAsks } from '../updates/raise-asks.ts';
import { insertMembers, saysOf } from './json-insert.ts';
import type { Override, OverrideOptions, WantedVersion } from './override.ts';
import { isSameSeries } from './same-series.ts';

const FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Members of `overrides` in `package.json`: npm takes them for what every package asks for, whatever its range is. */
export function nodeOverrides(
  wanted: readonly WantedVersion[],
  options: OverrideOptions,
): readonly Override[] {
  return options.requirements.nodeFolders.flatMap((folder) => {
    const there = options.lock.node[folder.folder]?.packages ?? [];
    const own = wanted.filter(({ name, from }) =>
      there.some((each) => each.name === name && from.includes(each.version)),
    );
    return ofFolder(own, folder, options);
  });
}

function ofFolder(
  wanted: readonly WantedVersion[],
  { folder, manifest }: NodeFolder,
  { canWrite }: OverrideOptions,
): Override[] {
  const all = wanted.map((each): Override => {
    const { name, version } = each;
    const line = `"overrides": {${JSON.stringify(name)}: ${JSON.stringify(version)}}`;
    const whyNot = reasonAgainst(each, { manifest, canWrite });
    return {
      wanted: each,
      subject: folder,
      path: manifest.path,
      line,
      ...(whyNot === undefined ? {} : { whyNot }),
    };
  });
  const known = all.filter(
    ({ whyNot, wanted: { name } }) => whyNot === undefined && saysOf(manifest.text, 'overrides', name),
  );
  const fresh = all.filter((each) => each.whyNot === undefined && !known.includes(each));
  const inserted = insertMembers(
    manifest.text,
    'overrides',
    fresh.map(({ wanted: { name, version } }) => [name, version] as const),
  );
  return all.map((each): Override => {
    if (each.whyNot !== undefined) return each;
    const edit = known.includes(each)
      ? raisedOverride(each.wanted, manifest)
      : insertedOverride(each, { manifest, inserted, index: fresh.indexOf(each) });
    return edit
      ? { ...each, edit }
      : { ...each, whyNot: `\`overrides\` of ${manifest.path} says something else of it` };
  });
}

function reasonAgainst(
  { name, version, from }: WantedVersion,
  {
    manifest,
    canWrite,
  }: { readonly manifest: NodeFolder['manifest']; readonly canWrite: OverrideOptions['canWrite'] },
): string | undefined {
  if (FIELDS.some((field) => membersOf(manifest.text, field).has(name)))
    return `${manifest.path} asks for it itself, and npm wants the same there`;
  const other = from.find((each) => !isSameSeries('npm', each, version));
  if (other !== undefined) return `${version} may not do what who wants ${other} expects`;
  return canWrite(manifest.path) ? undefined : `${manifest.path} is a link`;
}

/** Where one stands at the top of `overrides` already. */
function raisedOverride(
  { ecosystem, name, version }: WantedVersion,
  manifest: NodeFolder['manifest'],
): RaisedAsk | undefined {
  const place = membersOf(manifest.text, 'overrides').get(name);
  if (!place) return undefined;
  const span = { file: manifest, ...place };
  const ask = { label: '', ecosystem, name, text: '', span, isConstraint: false };
  return raiseAsks([ask], new Map([[`npm ${name}`, version]]))[0];
}

function insertedOverride(
  { wanted: { ecosystem, name }, line: added }: Override,
  {
    manifest,
    inserted,
    index,
  }: {
    readonly manifest: NodeFolder['manifest'];
    readonly inserted: ReturnType<typeof insertMembers>;
    readonly index: number;
  },
): RaisedAsk | undefined {
  if (!inserted) return undefined;
  const span = { file: manifest, start: inserted.at, end: inserted.at };
  return { ecosystem, name, from: '', to: inserted.pieces[index]!, span, added };
}

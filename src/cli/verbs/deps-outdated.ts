import { type Diagnostic, wrapText } from '../../base/index.ts';
import { cacheFolder, openStore, sourceChangeOf } from '../../build/index.ts';
import {
  asksOf,
  type LockChange,
  labelsOfFolders,
  latestKey,
  latestVersions,
  lockChanges,
  lockedVersions,
} from '../../dependencies/index.ts';
import type { EventSink } from '../../event/index.ts';
import { compareVersions, type Ecosystem } from '../../packages/index.ts';
import { type Relocked, relock } from '../deps/relock.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import { showPreparation } from '../show-preparation.ts';
import type { Verb, VerbContext } from '../verb.ts';

interface Outdated {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly locked: readonly string[];
  /** What `deps update` takes. */
  readonly update: readonly string[];
  /** The newest that there is; of what the workspace asks for itself. */
  readonly latest?: string;
}

/** Lists packages of which there are newer versions: within what the files allow, and at all. Writes nothing. */
export const depsOutdatedVerb: Verb = async (context) => {
  const { reporter, signal } = context;
  const shown = showPreparation(context);
  const done = await run(context, shown.sink)
    .catch((error: unknown) => ({ outdated: [], diagnostics: [sourceChangeOf(error)] }))
    .finally(shown.close);
  const { outdated, diagnostics } = done;
  const exitCode = signal.aborted ? 130 : exitCodeOf(diagnostics);
  if (reporter.isJson)
    reporter.json({ exitCode, packages: outdated, diagnostics: diagnosticsJson(diagnostics) });
  else if (exitCode === 0) reporter.result(text(outdated, reporter.columns));
  reporter.diagnostics(diagnostics);
  return exitCode;
};

interface Found {
  readonly outdated: readonly Outdated[];
  readonly diagnostics: readonly Diagnostic[];
}

async function run(context: VerbContext, sink: EventSink): Promise<Found> {
  const { host, signal } = context;
  const done = await relock(context, { sink, renewal: {}, isDryRun: true });
  if (!done.value?.before) return { outdated: [], diagnostics: done.diagnostics };
  const { root, requirements } = done.value;
  const store = openStore(host);
  using _ = store.use();
  const client = { host, cas: store.cas, cacheDirectory: cacheFolder(host), sink, signal };
  const latest = await latestVersions(client, { root, requirements });
  return {
    outdated: outdatedOf(done.value, latest.value),
    diagnostics: [...done.diagnostics, ...latest.diagnostics],
  };
}

function outdatedOf(
  { before, after, requirements }: Relocked,
  latest: ReadonlyMap<string, string>,
): readonly Outdated[] {
  const changes = lockChanges(before!, after).filter(({ from, to }) => from.length > 0 && to.length > 0);
  const found = new Map(
    changes.map((change) => [latestKey(change.ecosystem, change.name), outdated(change)]),
  );
  const locked = lockedVersions(before!);
  for (const { ecosystem, name } of asksOf(requirements, labelsOfFolders(requirements.targets))) {
    const key = latestKey(ecosystem, name);
    const newest = latest.get(key);
    const now = locked.get(key);
    const highest = now?.at(-1);
    if (
      newest === undefined ||
      !now ||
      highest === undefined ||
      compareVersions(ecosystem, newest, highest) <= 0
    )
      continue;
    const known = found.get(key) ?? { ecosystem, name, locked: now, update: now };
    found.set(key, { ...known, latest: newest });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function outdated({ ecosystem, name, from, to }: LockChange): Outdated {
  return { ecosystem, name, locked: from, update: to };
}

function text(all: readonly Outdated[], columns: number): string {
  if (all.length === 0) return 'everything is as new as it can be';
  return all
    .flatMap(({ ecosystem, name, locked, update, latest }) => {
      const now = locked.join(', ');
      const then =
        update.join(', ') === now
          ? 'held by the files of the workspace'
          : `update takes ${update.join(', ')}`;
      const newest = latest === undefined || update.includes(latest) ? '' : `; the newest is ${latest}`;
      return wrapText(`${ecosystem} ${name} ${now}: ${then}${newest}`, { columns, indent: '    ' });
    })
    .join('\n');
}

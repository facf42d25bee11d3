import { type Diagnostic, fail, formatLabel, ok, type Result } from '../base/index.ts';
import { NO_COMMIT, readCommit } from '../build/index.ts';
import { selectTargets } from '../graph/index.ts';
import { catalogueModels, partOf, type Sbom, workspaceSbom } from '../sbom/index.ts';
import type { VerbContext } from './verb.ts';
import { openPackages, type PackagesOfWorkspace } from './workspace-packages.ts';

type Listed = Result<Sbom, readonly Diagnostic[]>;

/** The bill of the workspace by its declarations and its locks; its time is that of the commit. */
export async function listWorkspace(context: VerbContext): Promise<Listed> {
  const opened = await openPackages(context);
  if (!opened.value) return fail(opened.diagnostics);
  return ok(await listOpened(context, opened.value));
}

/** The part of it that belongs to one target. */
export async function listTarget(context: VerbContext, word: string): Promise<Listed> {
  const opened = await openPackages(context);
  if (!opened.value) return fail(opened.diagnostics);
  const selected = selectTargets(opened.value.opened.graph, [word]);
  const [label] = selected.value;
  if (label === undefined) return fail(selected.diagnostics);
  const sbom = await listOpened(context, opened.value);
  return ok(partOf(sbom, label)!);
}

/** The same for a built app, which may be a variant of what is declared: `app:status-dev-debug` of `app:status`. */
export async function listAppTarget(context: VerbContext, word: string): Promise<Listed> {
  const opened = await openPackages(context);
  if (!opened.value) return fail(opened.diagnostics);
  const labels = [...opened.value.opened.graph.targets.keys()].filter(
    (label) => word === label || (label.startsWith('app:') && word.startsWith(`${label}-`)),
  );
  const label = labels.sort((a, b) => b.length - a.length)[0];
  if (label === undefined) return fail(selectTargets(opened.value.opened.graph, [word]).diagnostics);
  return ok(partOf(await listOpened(context, opened.value), label)!);
}

async function listOpened(
  { host, signal }: VerbContext,
  { opened, packages }: PackagesOfWorkspace,
): Promise<Sbom> {
  const { root, graph, workspace } = opened;
  const { fs, processes, env } = host;
  const { variables } = env;
  const [commit, models] = await Promise.all([
    readCommit({ fs, processes, variables, root }),
    catalogueModels({ fs, signal }, root),
  ]);
  const { name, version } = workspace.configuration;
  return workspaceSbom({
    name,
    version: variables.BUILD_VERSION ?? version,
    ...(commit.hash === NO_COMMIT.hash ? {} : { created: commit.time }),
    targets: [...graph.targets.values()].map(({ label, directory, needs }) => ({
      label: formatLabel(label),
      directory,
      needs: needs.map((need) => formatLabel(need.label)),
    })),
    packages,
    models,
    notListed: packages.notKnown
      .filter(({ lacks }) => lacks === 'packages')
      .map(({ subject, why }) => ({ place: subject, why })),
    unknownWants: new Map(
      packages.notKnown.filter(({ lacks }) => lacks === 'wants').map(({ subject, why }) => [subject, why]),
    ),
  });
}

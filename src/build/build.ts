import { type Diagnostic, hasErrors } from '../base/index.ts';
import { emit } from '../event/index.ts';
import { closure, selectTargets } from '../graph/index.ts';
import { beginLook } from './begin-look.ts';
import { cacheFolder } from './cache-folder.ts';
import { MachineView } from './machine-view.ts';
import { sourceChanged } from './notes.ts';
import { Build } from './one-build.ts';
import { onlyOnAMac } from './only-on-a-mac.ts';
import {
  type BuildEnvironment,
  openStore,
  openWorkspace,
  readSources,
  SourceChanged,
} from './opened-workspace.ts';
import type { BuildOutcome, BuildRequest } from './outcome.ts';
import { ownPlaces } from './own-places.ts';
import { type Remains, Standing, type Watched } from './standing.ts';
import { storeWarnings } from './store-owner.ts';
import { holdWorkspace } from './workspace-lock.ts';

/**
 * Builds, and with `mode: 'test'` also tests, the asked targets and what they need. `finish` writes what belongs to a build
 * beside its artifacts; it is not called when everything was found as the last build left it.
 */
export async function build(
  environment: BuildEnvironment,
  request: BuildRequest,
  finish: (outcome: BuildOutcome) => void | Promise<void> = () => {},
): Promise<BuildOutcome> {
  const started = environment.host.clock.monotonicMs();
  const durationMs = (): number => environment.host.clock.monotonicMs() - started;
  const { host } = environment;
  const look = environment.look ?? beginLook(environment, request.mode);
  const places = { folder: cacheFolder(host), own: ownPlaces(environment), look };
  const machine = new MachineView(host, places);
  const standing = Standing.begin(environment, request, { look, machine });
  const unchanged = await standing?.outcome();
  if (unchanged) {
    const targets = unchanged.targets.length;
    const workspace = unchanged.identity?.workspace;
    const name = workspace === undefined ? {} : { workspace };
    emit(environment.sink, 'build.planned', { actions: 0, targets, upToDate: targets, ...name });
    return { ...unchanged, durationMs: durationMs() };
  }
  // A second one costs this build nothing: others wait for processors longer.
  const prepared = look?.prepareNext(environment.signal);
  let hasWaited = false;
  const onWait = (message: string): void => {
    hasWaited = true;
    emit(environment.sink, 'log', { level: 'info', message });
  };
  using held = await holdWorkspace({ ...environment, onWait });
  if (!held) return { ...refused([]).outcome, exitCode: 130, durationMs: durationMs() };
  const remains = hasWaited ? undefined : await standing?.remains();
  const whole = await wholeBuild(environment, request, { remains, machine });
  const outcome = { ...whole.outcome, durationMs: durationMs() };
  await finish(outcome);
  await prepared;
  if (whole.watched) await standing?.keep(outcome, whole.watched);
  return outcome;
}

interface WholeBuild {
  readonly outcome: Omit<BuildOutcome, 'durationMs'>;
  /** Absent when the outcome cannot stand. */
  readonly watched?: Watched;
}

async function wholeBuild(
  environment: BuildEnvironment,
  request: BuildRequest,
  { remains, machine }: { readonly remains: Remains | undefined; readonly machine: MachineView },
): Promise<WholeBuild> {
  const opened = await openWorkspace(environment, remains?.sources);
  if (!opened.value) return refused(opened.diagnostics);
  const { graph, root } = opened.value;
  const selected = selectTargets(graph, request.targets);
  if (hasErrors(selected.diagnostics)) return refused([...opened.diagnostics, ...selected.diagnostics]);
  const elsewhere = onlyOnAMac(graph, selected.value, environment.host.env.platform);
  if (hasErrors(elsewhere)) return refused([...opened.diagnostics, ...elsewhere]);
  const targets = closure(graph, selected.value).map((label) => graph.targets.get(label)!);
  // Of images alone, most see nothing of the machine.
  if (targets.some(({ label }) => label.kind !== 'image')) machine.begin();
  const snapshot = await readSources(environment, root, remains?.sources);
  if (hasErrors(snapshot.diagnostics)) return refused([...opened.diagnostics, ...snapshot.diagnostics]);
  const store = openStore(environment.host);
  using _ = store.use();
  const given = {
    opened: opened.value,
    snapshot: snapshot.value,
    store,
    intact: remains?.intact,
    machine,
  };
  const run = new Build(environment, request, given);
  const outcome = await unlessSourceChanged(() => run.run(targets));
  if (outcome instanceof SourceChanged)
    return stale([...opened.diagnostics, ...snapshot.diagnostics, sourceChanged(outcome.path)]);
  const before = [...opened.diagnostics, ...snapshot.diagnostics, ...storeWarnings(environment.host)];
  const diagnostics = [...before, ...outcome.diagnostics];
  const whole = { outcome: { ...outcome, diagnostics } };
  const { watched: sources } = snapshot.value;
  if (!sources || !opened.value.isLasting || !run.isRepeatable(targets)) return whole;
  return { ...whole, watched: { sources, ...run.tools() } };
}

async function unlessSourceChanged<T>(work: () => Promise<T>): Promise<T | SourceChanged> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SourceChanged) return error;
    throw error;
  }
}

/** Neither what the sources were nor what they are was built. */
function stale(diagnostics: readonly Diagnostic[]): WholeBuild {
  return { outcome: { ...refused(diagnostics).outcome, exitCode: 1 } };
}

function refused(diagnostics: readonly Diagnostic[]): WholeBuild {
  const isEnvironment = diagnostics.every(
    ({ severity, cause }) => severity !== 'error' || cause === 'environment',
  );
  const counts = { ran: 0, cached: 0, failed: 0, skipped: 0, upToDate: 0 };
  const exitCode = isEnvironment ? 3 : 2;
  return { outcome: { exitCode, diagnostics, targets: [], artifacts: [], tests: [], counts } };
}

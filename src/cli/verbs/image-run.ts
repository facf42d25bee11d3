import { counted, type Diagnostic, fail, type Result } from '../../base/index.ts';
import { cacheFolder, containerPlace } from '../../build/index.ts';
import {
  type ContainerCode,
  type ContainerPlace,
  foreignMachine,
  grantedIds,
  hasLayer,
  type ImageStart,
  imageStart,
  runService,
  type ServiceStart,
} from '../../container/index.ts';
import { newSession } from '../../execution/index.ts';
import {
  inspectionDiagnostic,
  layersOnDisk,
  machinePlatform,
  type OpenedImage,
} from '../../inspection/index.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { type RunFlags, readRunFlags } from './image-run-flags.ts';
import { RunReport } from './image-run-report.ts';
import { openNamedImages } from './named-image.ts';

const DEFAULT_GRACE_MS = 10_000;
/** Between probes while it is waited for; each costs a process. */
const QUICK_MS = 500;

export const imageRunVerb: Verb = async (context) => {
  const { host, reporter, signal, flags, positionals } = context;
  const [word = '', ...args] = positionals;
  const own = readRunFlags(context);
  if (!own.ok) return refuse(reporter, own.failure);
  const opened = await openNamedImages(context, [word]);
  if (!opened.ok) return refuse(reporter, opened.failure);
  const image = opened.value[0]!;
  const hostname = hostnameOf(word);
  const start = startOf(image, { ...own.value, args, hostname });
  if (!start.ok) return refuse(reporter, [{ ...start.failure, path: word }]);
  const place = containerPlace(host, { store: cacheFolder(host), program: context.program.containers });
  if (!place.ok) return refuse(reporter, [place.failure]);
  const foreign = foreignTo(context, image);
  if (foreign) return refuse(reporter, [{ ...foreign, path: word }]);
  const report = new RunReport(word, context);
  const isUntil = flags.has('until-healthy');
  const timeoutMs = flags.number('timeout');
  return withLayers(context, { image, place: place.value }, async (layers) => {
    const { stopSignal, healthcheck, ...command } = start.value;
    const outcome = await runService(place.value, {
      start: { ...command, layers, hostname, ...own.value.surroundings, ...streamsOf(context) },
      ...(healthcheck ? { healthcheck } : {}),
      stopSignal,
      graceMs: flags.number('stop-timeout') ?? DEFAULT_GRACE_MS,
      ...(isUntil ? { until: { quickMs: QUICK_MS, ...(timeoutMs === undefined ? {} : { timeoutMs }) } } : {}),
      clock: host.clock,
      signal,
      onEvent: (event) => report.event(event),
    });
    return report.end(outcome);
  });
};

function startOf(
  image: OpenedImage,
  own: RunFlags & { readonly args: readonly string[]; readonly hostname: string },
): Result<ImageStart, Diagnostic> {
  const start = imageStart(image.config.config, own);
  if (!start.ok) return fail(problem('container/bad-config', start.failure, 'make the image again'));
  if (start.value.argv.length === 0) {
    const hint = 'give one behind `--`: mobileops image run IMAGE -- sh';
    return fail(
      problem(
        'container/bad-config',
        'the image has neither ENTRYPOINT nor CMD, and no command is given',
        hint,
      ),
    );
  }
  if (own.isUntilHealthy && !start.value.healthcheck) {
    const hint = 'write HEALTHCHECK CMD ["program", "argument"] into its Dockerfile';
    return fail(problem('container/no-healthcheck', 'the image has no HEALTHCHECK that could pass', hint));
  }
  return start;
}

function problem(code: ContainerCode, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', message, hint, cause: 'input' };
}

/** What waits for health has no input to give; a document of ours has standard output for itself. */
function streamsOf({
  flags,
  reporter,
}: VerbContext): Pick<ServiceStart, 'input' | 'hasTerminal' | 'hasOutput'> {
  const input = flags.has('interactive') ? 'always' : 'unless-terminal';
  return {
    input: flags.has('until-healthy') ? 'none' : input,
    hasTerminal: flags.has('tty'),
    hasOutput: !reporter.isJson,
  };
}

function foreignTo({ host }: VerbContext, { platform }: OpenedImage): Diagnostic | undefined {
  const { architecture } = machinePlatform(host.env.architecture);
  return foreignMachine(host.fs, platform.architecture ?? architecture, architecture);
}

/** The name of the image without folders, tag and ending, in the letters that a host name may have. */
function hostnameOf(word: string): string {
  const last =
    word
      .replace(/^image:/, '')
      .replace(/\/+$/, '')
      .split('/')
      .at(-1) ?? '';
  const name = last
    .replace(/(?:\.tar(?:\.\w+)?|\.tgz)?(?::[^:]*)?$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return name.slice(0, 63).replace(/-$/, '') || 'container';
}

interface Unpacking {
  readonly image: OpenedImage;
  readonly place: ContainerPlace;
}

/** Those of an archive are copied out of it for the time of `use`, unless they are unpacked already. */
async function withLayers<T>(
  { host, reporter }: VerbContext,
  { image, place }: Unpacking,
  use: (layers: ServiceStart['layers']) => Promise<T>,
): Promise<T | 0 | 2 | 3> {
  const ids = grantedIds(place);
  if (!ids.ok) return refuse(reporter, [ids.failure]);
  let session: string | undefined;
  const folder = (): string => {
    session ??= newSession(host, cacheFolder(host));
    return session;
  };
  try {
    const isWanted = (diffId: string): boolean => !hasLayer(place, ids.value, diffId);
    const { length } = image.layers.filter(({ diffId }) => isWanted(diffId));
    if (length > 0) reporter.note(`${image.name}: unpacking ${counted(length, 'layer')}`);
    const layers = await layersOnDisk(image, { fs: host.fs, folder, isWanted });
    return layers.ok ? await use(layers.value) : refuse(reporter, [inspectionDiagnostic(layers.failure)]);
  } finally {
    if (session !== undefined) host.fs.remove(session);
  }
}

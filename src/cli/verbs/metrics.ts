import { resolve } from 'node:path/posix';
import { type Diagnostic, fail, ok, type Result } from '../../base/index.ts';
import { type Host, tryHoldFile } from '../../host/index.ts';
import { loadRecordReader, type MetricsCode, percent } from '../../metrics/index.ts';
import { percentUsed } from '../build-records.ts';
import { newRecordId } from '../record-id.ts';
import { refuse } from '../report/reporter.ts';
import type { Verb, VerbContext } from '../verb.ts';
import { sendDocument } from './metrics-send.ts';

type Reader = Awaited<ReturnType<typeof loadRecordReader>>;
type MetricsFile = ReturnType<Reader['newMetrics']>;
type Change = (metrics: MetricsFile, reader: Reader) => Result<MetricsFile, Diagnostic>;

const DEFAULT_FILE = 'build-metrics.json';
/** Over which the processors are watched. */
const SAMPLE_MS = 200;
const LOOK_MS = 20;
/** Others hold the file for milliseconds. */
const MOST_WAIT_MS = 30_000;

export const metricsStartVerb: Verb = (context) => {
  const [name = ''] = context.positionals;
  const nowMs = context.host.clock.now();
  return changeFile(context, (metrics, { startComponent }) => ok(startComponent(metrics, name, nowMs)));
};

export const metricsCompleteVerb: Verb = async (context) => {
  const [name = '', success] = context.positionals;
  const succeeded = parseSuccess(success);
  if (succeeded === undefined) return refuse(context.reporter, [badSuccess(success)]);
  const nowMs = context.host.clock.now();
  return changeFile(context, (metrics, { completeComponent }) => {
    const changed = completeComponent(metrics, name, { succeeded, nowMs });
    return changed ? ok(changed) : fail(notStarted(name, Object.keys(metrics.components)));
  });
};

export const metricsResourceVerb: Verb = async (context) => {
  const usage = await measure(context);
  const nowMs = context.host.clock.now();
  return changeFile(context, (metrics, { recordUsage }) => ok(recordUsage(metrics, usage, nowMs)));
};

export const metricsArtifactVerb: Verb = async (context) => {
  const [name = '', size = '', checksum = ''] = context.positionals;
  const sizeBytes = Number(size);
  if (!/^\d{1,15}$/.test(size))
    return refuse(context.reporter, [badValue(`\`${size}\` is no size in bytes`)]);
  const nowMs = context.host.clock.now();
  return changeFile(context, (metrics, { recordArtifact }) =>
    ok(recordArtifact(metrics, { name, sizeBytes, checksum }, nowMs)),
  );
};

export const metricsFinalizeVerb: Verb = async (context) => {
  const [success] = context.positionals;
  const succeeded = parseSuccess(success);
  if (succeeded === undefined) return refuse(context.reporter, [badSuccess(success)]);
  const nowMs = context.host.clock.now();
  let ended: MetricsFile | undefined;
  const code = await changeFile(context, (metrics, { finalizeMetrics }) => {
    ended = finalizeMetrics(metrics, succeeded, nowMs);
    return ok(ended);
  });
  if (code === 0 && ended) await sendDocument(context, { id: newRecordId(context.host), metrics: ended });
  return code;
};

/** Reads, changes and writes the file while no other call does. */
async function changeFile(context: VerbContext, change: Change): Promise<0 | 2 | 3 | 130> {
  const { host, reporter, flags, directory } = context;
  const path = resolve(directory, flags.text('file') ?? DEFAULT_FILE);
  const reader = await loadRecordReader();
  using held = await hold(context, `${path}.lock`);
  if (!held) return context.signal.aborted ? 130 : refuse(reporter, [heldByAnother(path)]);
  const before = readFile(host, path, reader);
  if (!before.ok) return refuse(reporter, [before.failure]);
  const after = change(before.value, reader);
  if (!after.ok) return refuse(reporter, [after.failure]);
  const text = reader.printMetrics(after.value);
  const wrong = reader.parseMetrics(text);
  if (!wrong.ok) return refuse(reporter, [badValue(wrong.failure)]);
  host.fs.replaceFile(path, text);
  if (reporter.isJson) reporter.json({ exitCode: 0, file: path, metrics: after.value });
  return 0;
}

async function hold({ host, signal }: VerbContext, path: string): Promise<Disposable | undefined> {
  const began = host.clock.monotonicMs();
  while (!signal.aborted && host.clock.monotonicMs() - began < MOST_WAIT_MS) {
    const held = tryHoldFile(host, path);
    if (held) return held;
    await host.clock.sleep(LOOK_MS, signal).catch(() => {});
  }
  return undefined;
}

function readFile({ fs, env, clock }: Host, path: string, reader: Reader): Result<MetricsFile, Diagnostic> {
  const text = fs.readTextIfExists(path);
  if (text === undefined) return ok(reader.newMetrics(env.variables.BUILD_ID || 'unknown', clock.now()));
  const parsed = reader.parseMetrics(text);
  if (parsed.ok) return parsed;
  const code: MetricsCode = 'metrics/bad-file';
  const message = `this is no build-metrics.json: ${parsed.failure}`;
  const hint = 'remove it, or name another with --file';
  return fail({ code, severity: 'error', message, hint, path, cause: 'input' });
}

async function measure({ host, directory, signal }: VerbContext) {
  const { env, clock, fs } = host;
  const before = env.processorTimes();
  await clock.sleep(SAMPLE_MS, signal);
  const after = env.processorTimes();
  const totalMs = Math.max(1, after.totalMs - before.totalMs);
  return {
    cpuPercent: percent((after.busyMs - before.busyMs) / totalMs),
    memoryPercent: percent(1 - env.freeMemoryBytes() / Math.max(1, env.totalMemoryBytes)),
    diskPercent: percentUsed(fs, directory),
  };
}

/** Any case, as the document's script takes it. */
function parseSuccess(text: string | undefined): boolean | undefined {
  if (text === undefined) return true;
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function badSuccess(text: string | undefined): Diagnostic {
  return badValue(`\`${text}\` is neither true nor false`);
}

function badValue(message: string): Diagnostic {
  const code: MetricsCode = 'metrics/bad-value';
  const hint = 'mobileops metrics --help shows what each word takes';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function notStarted(name: string, begun: readonly string[]): Diagnostic {
  const code: MetricsCode = 'metrics/no-start';
  const known = begun.length === 0 ? 'none was' : `these were: ${begun.slice(0, 10).join(', ')}`;
  const message = `\`${name}\` was not started; ${known}`;
  return { code, severity: 'error', message, hint: `mobileops metrics start ${name}`, cause: 'input' };
}

function heldByAnother(path: string): Diagnostic {
  const code: MetricsCode = 'metrics/bad-file';
  const message = 'another process holds this file';
  return {
    code,
    severity: 'error',
    message,
    hint: `if there is none, remove ${path}.lock`,
    path,
    cause: 'environment',
  };
}

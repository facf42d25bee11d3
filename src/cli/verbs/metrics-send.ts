import { counted, type Diagnostic } from '../../base/index.ts';
import type { Host } from '../../host/index.ts';
import { destinationsOf, loadSending, type MetricsCode } from '../../metrics/index.ts';
import { refuse } from '../report/reporter.ts';
import { problemOf, type SentAway, sendWaiting, spoolFolder } from '../send-waiting.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** A server that takes that long for all is away. */
const MOST_MS = 120_000;

/** Sends what waits; also what a build starts beside itself. */
export const metricsSendVerb: Verb = async (context) => {
  const { host, reporter, signal } = context;
  const { destinations, problems } = destinationsOf(host.env.variables);
  if (destinations.length === 0)
    return refuse(reporter, problems.length > 0 ? asErrors(problems) : [noAddress()]);
  reporter.diagnostics(problems);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  const sent = await sendWaiting(host, destinations, limit);
  // Beside a build nobody sees it, and the next build says it.
  const diagnostics = reporter.isQuiet ? [] : sent.flatMap((each) => problemsOf(host, each));
  const exitCode = signal.aborted ? 130 : sent.some(({ waiting }) => waiting > 0) ? 3 : 0;
  reporter.diagnostics(diagnostics);
  if (reporter.isJson) {
    const shown = sent.map(({ destination, ...rest }) => ({
      to: destination.name,
      kind: destination.kind,
      ...rest,
    }));
    reporter.json({ exitCode, sent: shown });
  } else if (!reporter.isQuiet) {
    for (const { destination, sent: count } of sent)
      reporter.result(
        `${counted(count, destination.kind === 'record' ? 'record' : 'trace')} sent to ${destination.name}`,
      );
  }
  return exitCode;
};

function problemsOf({ clock }: Host, { destination, waiting, failure, refused }: SentAway): Diagnostic[] {
  const sinceMs = clock.now();
  const away = failure === undefined ? [] : [{ kind: 'away' as const, failure, sinceMs }];
  const bad = refused.map((why) => ({ kind: 'refused' as const, failure: why, sinceMs }));
  return [...bad, ...away].map((state) => problemOf(state, destination, waiting));
}

/** Keeps the document's figures for METRICS_URL, and sends what waits for it. Its failure is told, and is no failure. */
export async function sendDocument(
  { host, reporter, signal }: VerbContext,
  { id, metrics }: { readonly id: string; readonly metrics: object },
): Promise<void> {
  const { destinations, problems } = destinationsOf(host.env.variables);
  reporter.diagnostics(problems);
  const meant = destinations.filter(({ kind }) => kind === 'record');
  const { Spool } = await loadSending();
  for (const destination of meant)
    new Spool(host.fs, spoolFolder(host), destination).add(
      { startMs: host.clock.now(), id },
      JSON.stringify(metrics),
    );
  const limit = AbortSignal.any([signal, AbortSignal.timeout(MOST_MS)]);
  const sent = await sendWaiting(host, meant, limit);
  reporter.diagnostics(sent.flatMap((each) => problemsOf(host, each)));
}

function noAddress(): Diagnostic {
  const code: MetricsCode = 'metrics/bad-address';
  const message = 'there is no address to send to';
  const hint = 'set METRICS_URL, or OTEL_EXPORTER_OTLP_ENDPOINT';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

function asErrors(problems: readonly Diagnostic[]): Diagnostic[] {
  return problems.map((each) => ({ ...each, severity: 'error', cause: 'input' }));
}

import { cleanText, type Diagnostic, formatDurationMs, type Result } from '../../base/index.ts';
import type {
  ContainerCode,
  ProbeResult,
  ServiceEvent,
  ServiceFailure,
  ServiceOutcome,
} from '../../container/index.ts';
import { diagnosticsJson, exitCodeOf } from '../report/reporter.ts';
import type { ExitCode, PassedOn, VerbContext } from '../verb.ts';

/** Says what becomes of an image that was started, and what that means for the exit code. */
export class RunReport {
  readonly #name: string;
  readonly #context: Pick<VerbContext, 'reporter' | 'flags'>;

  constructor(name: string, context: Pick<VerbContext, 'reporter' | 'flags'>) {
    this.#name = name;
    this.#context = context;
  }

  event(event: ServiceEvent): void {
    const isUntil = this.#context.flags.has('until-healthy');
    if (isUntil && event.type === 'stopping') return;
    for (const line of lines(event)) this.#context.reporter.note(`${this.#name}: ${line}`);
  }

  end(ended: Result<ServiceOutcome, ServiceFailure | Diagnostic>): ExitCode {
    if (!ended.ok) {
      if (!('code' in ended.failure) && ended.failure.kind === 'interrupted') return 130;
      return this.#refuse('code' in ended.failure ? ended.failure : failureDiagnostic(ended.failure));
    }
    const outcome = ended.value;
    const diagnostics = this.#context.flags.has('until-healthy') ? unhealthy(outcome) : [];
    const exitCode = this.#exitCode(outcome);
    this.#say(exitCode, diagnostics, outcome);
    return exitCode;
  }

  #exitCode({ verdict, exitCode }: ServiceOutcome): ExitCode {
    if (!this.#context.flags.has('until-healthy')) return exitCode as PassedOn;
    if (verdict === 'interrupted') return 130;
    return verdict === 'healthy' ? 0 : 1;
  }

  #refuse(diagnostic: Diagnostic): ExitCode {
    const exitCode = REFUSED[diagnostic.code] ?? exitCodeOf([diagnostic]);
    this.#say(exitCode, [diagnostic]);
    return exitCode;
  }

  #say(exitCode: ExitCode, found: readonly Diagnostic[], outcome?: ServiceOutcome): void {
    const { reporter } = this.#context;
    const diagnostics = found.map((each) => ({ path: this.#name, ...each }));
    if (reporter.isJson) {
      const document = outcome ? documentOf(this.#name, outcome) : {};
      reporter.json({ exitCode, ...document, diagnostics: diagnosticsJson(diagnostics) });
    }
    reporter.diagnostics(diagnostics);
  }
}

/** As Docker's own. */
const REFUSED: Readonly<Record<string, PassedOn>> = {
  'container/no-program': 127 as PassedOn,
  'container/not-executable': 126 as PassedOn,
};

function documentOf(image: string, outcome: ServiceOutcome): object {
  const { verdict, afterMs, exitCode, status, ports, lastProbe } = outcome;
  return {
    image,
    verdict,
    afterMs: Math.round(afterMs),
    health: status ?? null,
    process: { exitCode },
    ports,
    ...(lastProbe ? { lastProbe } : {}),
  };
}

function lines(event: ServiceEvent): string[] {
  switch (event.type) {
    case 'started':
      return event.ports.map(({ address, port, containerPort }) => {
        const place = address.includes(':') ? `[${address}]` : address;
        return `port ${containerPort} is at ${place}:${port}`;
      });
    case 'health': {
      const { status, afterMs, probe } = event;
      if (!probe) return [status];
      const first = `${status} after ${formatDurationMs(afterMs)}`;
      return status === 'unhealthy' ? [`${first}: ${probeText(probe)}`] : [first];
    }
    case 'stopping':
      return [`stopping it with ${event.signalName}; a second Ctrl-C kills it`];
  }
}

function probeText({ exitCode, output, isLate }: ProbeResult): string {
  const how = isLate ? 'the probe took too long' : `the probe ended with ${exitCode}`;
  const text = cleanText(output, false).trim();
  return text === '' ? how : `${how}: ${text.replace(/\n/g, '\n  ')}`;
}

function unhealthy({ verdict, afterMs, exitCode, lastProbe }: ServiceOutcome): Diagnostic[] {
  const after = `after ${formatDurationMs(afterMs)}`;
  const last = lastProbe ? probeText(lastProbe) : 'no probe had ended';
  switch (verdict) {
    case 'unhealthy':
      return [failed('container/unhealthy', `unhealthy ${after}: ${last}`)];
    case 'late':
      return [failed('container/not-healthy', `not healthy ${after}: ${last}`)];
    case 'ended':
      return [
        failed(
          'container/not-healthy',
          `its command ended ${after} with exit code ${exitCode}, before it was healthy`,
        ),
      ];
    default:
      return [];
  }
}

function failed(code: ContainerCode, message: string): Diagnostic {
  return { code, severity: 'error', message };
}

/** What was refused, by whom it lies. */
const CODES: Readonly<Record<string, readonly [ContainerCode, Diagnostic['cause']]>> = {
  'no-program': ['container/no-program', 'input'],
  'not-executable': ['container/not-executable', 'input'],
  'bad-port': ['container/port-taken', 'environment'],
  'no-terminal': ['container/no-terminal', 'input'],
  'disk-full': ['container/lost', 'environment'],
  killed: ['container/lost', 'environment'],
  'no-namespaces': ['container/no-namespaces', 'environment'],
  'no-ids': ['container/no-id-range', 'environment'],
};

function failureDiagnostic({ kind, message, diffId }: ServiceFailure): Diagnostic {
  const [code, cause] = CODES[kind] ?? (['container/cannot-start', 'input'] as const);
  const shown = diffId === undefined ? message : `layer ${diffId.slice(0, 19)} ${message}`;
  return { code, severity: 'error', message: cleanText(shown, false), cause: cause ?? 'input' };
}

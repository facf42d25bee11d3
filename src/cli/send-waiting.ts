import { join } from 'node:path/posix';
import { counted, type Diagnostic } from '../base/index.ts';
import { cacheFolder } from '../build/index.ts';
import type { Host } from '../host/index.ts';
import {
  type Destination,
  loadSending,
  type MetricsCode,
  type Spool,
  type SpoolState,
} from '../metrics/index.ts';

/** What is sent to one destination waits in a folder of its own below this. */
export function spoolFolder(host: Host): string {
  return join(cacheFolder(host), 'metrics');
}

export interface SentAway {
  readonly destination: Destination;
  readonly sent: number;
  readonly waiting: number;
  readonly failure?: string;
  readonly refused: readonly string[];
}

/** Sends all that waits for these destinations. */
export async function sendWaiting(
  host: Host,
  destinations: readonly Destination[],
  signal: AbortSignal,
): Promise<readonly SentAway[]> {
  const { deliver, Spool } = await loadSending();
  const { fs, http, clock } = host;
  return Promise.all(
    destinations.map(async (destination) => {
      const spool = new Spool(fs, spoolFolder(host), destination);
      const delivery = await deliver({ http, clock, signal }, destination, spool);
      return { destination, ...delivery };
    }),
  );
}

/** What an earlier attempt failed of, as long as nobody was told. */
export function untold(spool: Spool, destination: Destination): Diagnostic | undefined {
  const { state } = spool;
  return !state || state.isTold ? undefined : problemOf(state, destination, spool.waiting().length);
}

export function problemOf(
  { kind, failure, sinceMs }: Pick<SpoolState, 'kind' | 'failure' | 'sinceMs'>,
  { name, kind: what }: Destination,
  waiting: number,
): Diagnostic {
  const since = new Date(sinceMs).toISOString().slice(0, 16).replace('T', ' ');
  const about = what === 'record' ? 'build record' : 'build trace';
  if (kind === 'refused') {
    const code: MetricsCode = 'metrics/refused';
    const message = `${name} refused the ${about}: ${failure}`;
    return { code, severity: 'warning', message, hint: 'it was not kept; look whether the address is right' };
  }
  const code: MetricsCode = 'metrics/not-sent';
  const wait = `${counted(waiting, about)} ${waiting === 1 ? 'waits' : 'wait'} for ${name}`;
  return {
    code,
    severity: 'warning',
    message: `${wait}: ${failure} (since ${since} UTC)`,
    hint: 'the next build tries again; `mobileops metrics send` does it now',
    cause: 'environment',
  };
}

import { type EventSink, fanOut } from '../event/index.ts';
import { isLive } from './is-live.ts';
import { LiveLines } from './report/live-lines.ts';
import { PlainLines } from './report/plain-lines.ts';
import type { VerbContext } from './verb.ts';

export interface ShownPreparation {
  readonly sink: EventSink;
  /** Takes away what was only for the time of it. */
  readonly close: () => void;
}

/** Shows how fetching and locking go on: in place on a terminal, else by lines. */
export function showPreparation(context: Pick<VerbContext, 'host' | 'reporter'>): ShownPreparation {
  const { host, reporter } = context;
  const { style, isQuiet, progress } = reporter;
  const { clock, env } = host;
  const isInPlace = isLive(context);
  const lines = new PlainLines({
    style,
    output: 'none',
    logPath: undefined,
    isQuiet,
    isPaced: !isInPlace,
  });
  const live = isInPlace
    ? new LiveLines({ lines, output: progress, style, clock, jobs: env.cpuCount })
    : undefined;
  const sink = fanOut({
    now: () => clock.now(),
    subscribers: [
      (event) => {
        if (live) live.handle(event);
        else for (const line of lines.next(event)) reporter.note(line);
      },
    ],
    onLost: () => {},
  });
  return { sink, close: () => live?.close() };
}

import type { Subscriber } from './fan-out.ts';

/** The version of the event stream; its first line carries it. */
const VERSION = 1;

/** Writes every event as one line of JSON; the first line is `stream.started` with the version. */
export function eventLines(write: (text: string) => void): Subscriber {
  let started = false;
  return (event) => {
    const { time, type, payload } = event;
    const first = started
      ? ''
      : `${JSON.stringify({ time, type: 'stream.started', payload: { version: VERSION } })}\n`;
    started = true;
    write(`${first}${JSON.stringify({ time, type, payload })}\n`);
  };
}

import type { Output } from './output.ts';

/** As much of a stream of the process as is written to. */
export interface WritableStream {
  write(text: string): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * A stream that has failed takes nothing any more, and what is under way goes on to its own end. A reader that goes away
 * (`| head`) is no error of anybody; whatever else the stream says is told to `onRefused`, once.
 */
export function streamOutput(stream: WritableStream, onRefused: (error: Error) => void): Output {
  let isBroken = false;
  stream.on('error', (error) => {
    const isFirst = !isBroken;
    isBroken = true;
    if (isFirst && !('code' in error && error.code === 'EPIPE')) onRefused(error);
  });
  return {
    write: (text) => {
      if (!isBroken) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: () => stream.columns || 80,
    rows: () => stream.rows || 24,
  };
}

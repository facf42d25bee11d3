import type { BuildEvent, EventSink } from './event.ts';

/** Someone who is told of every event. One that throws is told no more, and `onLost` says so once. */
export type Subscriber = (event: BuildEvent) => void;

export interface FanOutOptions {
  readonly now: () => number;
  readonly subscribers: readonly Subscriber[];
  /** A subscriber's file could not be written, for example. */
  readonly onLost: (error: unknown) => void;
}

/** A sink that stamps events with the time and tells all subscribers, in order. */
export function fanOut({ now, subscribers, onLost }: FanOutOptions): EventSink {
  let active = [...subscribers];
  return (type, payload) => {
    const event: BuildEvent = { time: now(), type, payload };
    for (const subscriber of active) {
      try {
        subscriber(event);
      } catch (error) {
        active = active.filter((each) => each !== subscriber);
        onLost(error);
      }
    }
  };
}

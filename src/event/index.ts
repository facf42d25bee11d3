/**
 * What happened, as data: the envelope, the sink and the lifecycle of actions. Terminal, JSON lines, metrics,
 * traces and tests are subscribers; no module prints.
 */

export { BuildLog } from './build-log.ts';
export { ChromeTrace } from './chrome-trace.ts';
export {
  type ActionDone,
  type ActionEvents,
  type ActionEventType,
  type BuildEvent,
  type BuildFinished,
  type EventSink,
  emit,
  INTERRUPTED,
} from './event.ts';
export { fanOut, type Subscriber } from './fan-out.ts';
export { eventLines } from './json-lines.ts';

/**
 * What happened, as data: the envelope, the sink and the lifecycle of actions. Terminal, JSON lines, metrics,
 * traces and tests are subscribers; no module prints.
 */
export {
  type ActionDone,
  type ActionEvents,
  type ActionEventType,
  type BuildEvent,
  type EventSink,
  emit,
} from './event.ts';

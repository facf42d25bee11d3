/**
 * Figures of a build, made from its events: `build-metrics.json` in the document's shape. It writes no file and sends
 * nothing; what was not measured is `null`, never a guess.
 */
export {
  type BuildMetrics,
  type BuildMetricsInput,
  buildMetrics,
  type ComponentMetrics,
  MetricsCollector,
} from './build-metrics.ts';

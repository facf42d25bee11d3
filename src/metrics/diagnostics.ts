/** Codes of this module. */
export const metricsDiagnostics = {
  'metrics/bad-address': {
    title: 'An address that metrics cannot be sent to',
    explanation:
      '`METRICS_URL` and `OTEL_EXPORTER_OTLP_ENDPOINT` are absolute addresses with `http:` or `https:`, and without a password: a token belongs into `METRICS_TOKEN`, other headers into `OTEL_EXPORTER_OTLP_HEADERS`. Nothing was sent; the build is not affected.',
  },
  'metrics/protocol': {
    title: 'A protocol of OpenTelemetry that is not spoken',
    explanation:
      'Spans are sent as JSON over HTTP (`http/json`). Where `OTEL_EXPORTER_OTLP_PROTOCOL` asks for another protocol, nothing is sent.',
  },
  'metrics/not-sent': {
    title: 'Records of builds that wait',
    explanation:
      'The records of builds could not be sent. They are kept below the cache (the last 200 of each address) and sent by a later build, or by `mobileops metrics send`. This is said once until the address answers again.',
  },
  'metrics/refused': {
    title: 'A record that was refused',
    explanation:
      'The server answered that it will never take this record, so it is not kept. A server of an older version does not know the fields of a newer client, for example.',
  },
  'metrics/bad-file': {
    title: 'A metrics file that cannot be used',
    explanation:
      '`mobileops metrics` keeps its figures in a JSON file (build-metrics.json, or `--file`), field by field as the document has it. One that is something else is not overwritten: name another with `--file`, or remove it.',
  },
  'metrics/no-start': {
    title: 'A component that was not started',
    explanation: '`metrics complete` ends what `metrics start` began in the same file.',
  },
  'metrics/bad-value': {
    title: 'A value that is no figure',
    explanation: 'A size is a whole number of bytes; success is `true` or `false`.',
  },
} as const;

export type MetricsCode = keyof typeof metricsDiagnostics;

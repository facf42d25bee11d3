import type { Shaped } from './check-shape.ts';
import type { ServeSettings } from './model.ts';
import type { RawServe } from './serve-shape.ts';
import { durationMs } from './target-settings.ts';

export function serveOf(raw: RawServe, { locate }: Shaped<unknown>): ServeSettings {
  const { command, startTimeout, duration, paths, ...rest } = raw;
  return {
    ...rest,
    command: locate(command, ['spec', 'serve', 'command']),
    paths: paths ?? [raw.health],
    startTimeoutMs: durationMs(startTimeout),
    durationMs: durationMs(duration),
  };
}

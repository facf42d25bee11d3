import type { PluginInterface } from '../../plugin.js';

const WINDOW = 8;
const CLIMB_PERCENT = 10;
const QUIET_SAMPLES = 60;

/** An example to start from: memory that grows by ten percent over eight samples and never shrinks
 * between them is worth a message, though not one at every sample. */
export function activate({ telemetry, notify }: PluginInterface): void {
  let recent: number[] = [];
  let quiet = 0;
  telemetry?.onSample(({ memory }) => {
    if (memory === undefined) return;
    recent = [...recent, memory].slice(-WINDOW);
    quiet = Math.max(0, quiet - 1);
    const climb = memory - (recent[0] ?? memory);
    const isSteady = recent.every((value, index) => index === 0 || value >= (recent[index - 1] ?? 0));
    if (recent.length < WINDOW || !isSteady || climb < CLIMB_PERCENT || quiet > 0) return;
    quiet = QUIET_SAMPLES;
    notify?.(`memory rose by ${climb.toFixed(1)} % to ${memory.toFixed(1)} % without a pause`);
  });
}

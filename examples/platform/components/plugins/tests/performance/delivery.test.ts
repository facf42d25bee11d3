import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { test } from 'node:test';
import { loadPlugin, PluginHost } from '../../dist/plugins/index.js';

/** Reports the time of telling 50 plugins of one sample; the build's quality settings judge the figure. */
test('delivery to 50 plugins', async (t) => {
  const host = new PluginHost(() => {});
  const folder = join(import.meta.dirname, '../../dist/plugins/catalog/leak-alert');
  const loaded = await loadPlugin(folder, { granted: ['telemetry:read', 'notify'] });
  if (!loaded.ok) throw new Error(loaded.problems.join());
  for (let i = 0; i < 50; i++) await host.activate({ ...loaded.manifest, name: `copy-${i}` }, loaded.plugin);
  const times = Array.from({ length: 1000 }, (_, i) => {
    const start = performance.now();
    host.deliver({ memory: i % 100 });
    return performance.now() - start;
  }).sort((a, b) => a - b);
  t.diagnostic(`response_time_p95_ms=${times[Math.floor(times.length * 0.95)]?.toFixed(4)}`);
});

/** A process that pushes a layout and is killed meanwhile: `registry-pusher.ts HOST LAYOUT UPLOADS`. */
import { realHost, realHttp } from '../src/host/index.ts';
import { layoutSource, layoutTop, RegistryClient, uploadMemory } from '../src/registry/index.ts';

const [registry, layout, uploads] = process.argv.slice(2) as [string, string, string];
const host = realHost();
const client = new RegistryClient({
  world: { ...host, http: realHttp({}) },
  limits: { singleBytes: 2 ** 20, chunkBytes: 2 ** 20 },
});
await client.push({
  place: { registry, repository: 'team/app' },
  tags: ['1'],
  top: layoutTop(host.fs, layout)!,
  source: layoutSource(host.fs, layout),
  memory: uploadMemory(host.fs, uploads),
  signal: new AbortController().signal,
});

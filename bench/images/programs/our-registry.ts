/**
 * Our registry client as a program: `push LAYOUT IMAGE` and `pull LAYOUT IMAGE`, with the one image of an OCI layout. The
 * registry is on this machine, so plain HTTP is allowed.
 */
import { realHost, realHttp } from '../../../src/host/index.ts';
import { type CompleteReference, completeReference, parseReference } from '../../../src/oci/index.ts';
import {
  layoutSink,
  layoutSource,
  layoutTop,
  nameInLayout,
  parsePlatform,
  RegistryClient,
} from '../../../src/registry/index.ts';

const host = realHost();
const http = realHttp(host.env.variables);
const client = new RegistryClient({ world: { ...host, http } });
const { signal } = new AbortController();

async function push(layout: string, { registry, repository, tag }: CompleteReference): Promise<unknown> {
  const top = layoutTop(host.fs, layout);
  if (top === undefined) throw new Error(`${layout} has not one image`);
  const source = layoutSource(host.fs, layout);
  const pushed = await client.push({ place: { registry, repository }, tags: [tag!], top, source, signal });
  return pushed.ok ? undefined : pushed.failure;
}

async function pull(layout: string, reference: CompleteReference): Promise<unknown> {
  host.fs.makeDirectory(layout);
  const sink = layoutSink(host.fs, layout);
  const platform = parsePlatform(`linux/${process.arch}`)!;
  const pulled = await client.pull({ reference, platform, sink, signal });
  if (!pulled.ok) return pulled.failure;
  nameInLayout(host.fs, layout, { top: pulled.value.top, name: reference.tag! });
  return undefined;
}

const [verb, layout, image] = process.argv.slice(2);
const reference = completeReference(parseReference(image!)!);
const failure = verb === 'push' ? await push(layout!, reference) : await pull(layout!, reference);
if (failure !== undefined) {
  console.error(JSON.stringify(failure));
  process.exitCode = 1;
}

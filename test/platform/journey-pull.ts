/** The images of a release, pulled from the server by programs of others, by the digests of the release's index. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Journey, StepFailure } from './journey-run.ts';

export interface PulledImages {
  /** `127.0.0.1:8080`. */
  readonly registry: string;
  readonly index: { readonly images: readonly { readonly reference: string; readonly digest: string }[] };
  readonly scratch: string;
  /** Where programs lie that the machine does not have. */
  readonly tools: readonly string[];
}

export async function pullImages(journey: Journey, pulled: PulledImages): Promise<void> {
  const { registry, index, scratch } = pulled;
  mkdirSync(scratch, { recursive: true });
  const elsewhere = index.images.find(({ reference }) => !reference.startsWith(`${registry}/`));
  if (elsewhere) throw new StepFailure(`${elsewhere.reference} is not on ${registry}`);
  if (index.images.length === 0) throw new StepFailure('the release has no images');
  await bySkopeo(journey, pulled);
  await byCrane(journey, pulled);
}

async function bySkopeo(journey: Journey, { index, scratch, tools }: PulledImages): Promise<void> {
  const skopeo = journey.program('skopeo', 'images pulled by skopeo', tools);
  if (skopeo === undefined) return;
  for (const [at, { reference, digest }] of index.images.entries()) {
    const [from, to] = [`docker://${reference}`, join(scratch, `skopeo-${at}`)];
    const manifest = `${to}.json`;
    writeFileSync(manifest, await journey.run([skopeo, 'inspect', '--raw', '--tls-verify=false', from]));
    await same(journey, [skopeo, 'manifest-digest', manifest], digest);
    // skopeo holds every blob against its digest as it copies.
    await journey.run([skopeo, 'copy', '--all', '--src-tls-verify=false', from, `oci:${to}:pulled`]);
  }
}

async function byCrane(journey: Journey, { index, scratch, tools }: PulledImages): Promise<void> {
  const crane = journey.program('crane', 'images pulled by crane', tools);
  if (crane === undefined) return;
  for (const [at, { reference, digest }] of index.images.entries()) {
    await same(journey, [crane, 'digest', '--insecure', reference], digest);
    const to = join(scratch, `crane-${at}`);
    await journey.run([crane, 'pull', '--insecure', '--format', 'oci', reference, to]);
    await journey.run([crane, 'validate', '--insecure', '--remote', reference]);
  }
}

async function same(journey: Journey, argv: readonly string[], digest: string): Promise<void> {
  const told = (await journey.run(argv)).trim();
  if (told !== digest) throw new StepFailure(`${argv.at(-1)}: ${told}, and the release says ${digest}`);
}

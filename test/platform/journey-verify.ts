/** The signatures of a release, verified by the programs that such signatures are made for. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Journey, StepFailure } from './journey-run.ts';

export interface SignedRelease {
  readonly release: string;
  /** `release.pub` and `cosign.pub`. */
  readonly keys: string;
  readonly tools: readonly string[];
}

export async function verifyByOthers(journey: Journey, signed: SignedRelease): Promise<void> {
  const { release } = signed;
  const names = readdirSync(release).filter((name) => !/\.(?:asc|sigstore\.json)$/.test(name));
  for (const name of names)
    for (const suffix of ['.asc', '.sigstore.json'])
      if (!existsSync(join(release, `${name}${suffix}`))) throw new StepFailure(`${name} has no ${suffix}`);
  await byGpg(journey, signed, names);
  await byCosign(journey, signed, names);
}

/** In a keyring that holds the public key alone. */
async function byGpg(
  journey: Journey,
  { release, keys }: SignedRelease,
  names: readonly string[],
): Promise<void> {
  const ring = ['gpg', '--batch', '--no-default-keyring', '--keyring', join(keys, 'public.kbx')];
  await journey.run([...ring, '--import', join(keys, 'release.pub')]);
  for (const name of names)
    await journey.run([...ring, '--trust-model', 'always', '--verify', `${name}.asc`, name], {
      cwd: release,
    });
}

async function byCosign(
  journey: Journey,
  { release, keys, tools }: SignedRelease,
  names: readonly string[],
): Promise<void> {
  const cosign = journey.program('cosign', 'signatures verified by cosign', tools);
  if (cosign === undefined) return;
  const words = ['--key', join(keys, 'cosign.pub'), '--insecure-ignore-tlog=true', '--bundle'];
  for (const name of names)
    await journey.run([cosign, 'verify-blob', ...words, `${name}.sigstore.json`, name], { cwd: release });
  // Where they were built. The archive is larger than what cosign reads for an attestation: 128 MiB.
  const origin = readdirSync(release).find((name) =>
    /^mobileops-[\d.]+-provenance\.sigstore\.json$/.test(name),
  );
  if (origin === undefined) throw new StepFailure('the provenance is not signed');
  for (const name of names.filter((each) => /\.(?:apk|aab)$|-release\.json$/.test(each))) {
    const attested = [cosign, 'verify-blob-attestation', '--type', 'slsaprovenance1', ...words];
    await journey.run([...attested, origin, name], { cwd: release });
  }
}

import { type Diagnostic, fail, ok, type Result } from '../base/index.ts';
import { openRegistryClient } from '../dependencies/index.ts';
import { isRegistryReference } from '../inspection/index.ts';
import {
  type CompleteReference,
  completeReference,
  formatReference,
  parseReference,
  type Reference,
  readSimplePayload,
  signatureOf,
} from '../oci/index.ts';
import {
  type ReferredImage,
  type RegistryClient,
  registryDiagnostic,
  type TaggedSignature,
} from '../registry/index.ts';
import { BUNDLE_FAMILY, type ImageBundle, type SimpleSignature } from '../signing/index.ts';
import type { CliCode } from './diagnostics.ts';
import { noteRetries } from './note-retries.ts';
import type { VerbContext } from './verb.ts';

/** An image of a registry with the bundles that the registry has for it. */
export interface SignedReference {
  readonly reference: CompleteReference;
  /** The reference as a text. */
  readonly name: string;
  readonly client: RegistryClient;
  readonly found: ReferredImage;
  readonly bundles: readonly ImageBundle[];
  /** In cosign's older form. */
  readonly simple: readonly SimpleSignature[];
}

/** Asks a registry for an image and its Sigstore bundles. */
export async function readSignedReference(
  { host, reporter, signal }: VerbContext,
  word: string,
): Promise<Result<SignedReference, readonly Diagnostic[]>> {
  const parsed = isRegistryReference(word) ? parseReference(word) : undefined;
  if (!parsed) return fail([noReference(word)]);
  const reference = completeReference(parsed);
  const { value: client, diagnostics } = openRegistryClient(host, noteRetries(reporter));
  if (!client) return fail(diagnostics);
  const wants = (mediaType: string): boolean => mediaType.startsWith(BUNDLE_FAMILY);
  const read = await client.referrers({ reference, wants, signal });
  signal.throwIfAborted();
  if (!read.ok) return fail([registryDiagnostic(read.failure)]);
  const { tag: _, ...place } = reference;
  const bundles = read.value.referrers.flatMap(({ digest, contents }) =>
    contents.map((content) => ({
      path: formatReference({ ...place, digest }),
      text: Buffer.from(content).toString('utf8'),
    })),
  );
  const simple = read.value.signatures.flatMap((each) =>
    simpleOf(each, { ...place, digest: each.layer.digest }),
  );
  return ok({ reference, name: formatReference(reference), client, found: read.value, bundles, simple });
}

function simpleOf({ layer, payload }: TaggedSignature, place: Reference): readonly SimpleSignature[] {
  const signature = signatureOf(layer);
  const about = readSimplePayload(Buffer.from(payload).toString('utf8'));
  return signature === undefined ? [] : [{ path: formatReference(place), payload, signature, about }];
}

function noReference(word: string): Diagnostic {
  const code: CliCode = 'cli/bad-value';
  const message = `${word} is not an image of a registry`;
  const hint = 'for example ghcr.io/team/base:1.0.0, or with @ and its digest';
  return { code, severity: 'error', message, hint, cause: 'input' };
}

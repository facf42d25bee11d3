import { join } from 'node:path/posix';
import { type Diagnostic, digestOf, fail, InternalError, ok, type Result } from '../../base/index.ts';
import { formatReference } from '../../oci/index.ts';
import { attachFile, type PublishItem } from '../../publish/index.ts';
import { registryDiagnostic } from '../../registry/index.ts';
import {
  BUNDLE_TYPE,
  IMAGE_SIGNATURE_TYPE,
  imageStatement,
  type Signer,
  statementText,
} from '../../signing/index.ts';
import { readSignedReference, type SignedReference } from '../image-referrers.ts';
import { bundleAnnotations } from '../release/image-signatures.ts';
import { diagnosticsJson, refuse } from '../report/reporter.ts';
import { openSigners, requestedKeys } from '../signing-keys.ts';
import type { Verb, VerbContext } from '../verb.ts';

/** Signs an image that is in a registry, by its digest, and attaches the signature there. */
export const imageSignVerb: Verb = async (context) => {
  const { reporter, positionals } = context;
  const [word = ''] = positionals;
  const opened = await openSigners(context, requestedKeys(context), 'sigstore');
  if (!opened.ok) return refuse(reporter, opened.failure);
  await using open = opened.value;
  const [signer] = open.signers;
  reporter.diagnostics(signer!.warnings);
  const named = await readSignedReference(context, word);
  if (!named.ok) return refuse(reporter, named.failure);
  const { name, found } = named.value;
  const { digest } = found.image;
  const signed = await signReference(context, signer!, named.value);
  if (!signed.ok) return refuse(reporter, [signed.failure]);
  const { keyId } = signer!;
  const isKept = signed.value === 'kept';
  if (reporter.isJson)
    reporter.json({
      exitCode: 0,
      image: { reference: name, digest },
      signed: { keyId, isKept },
      diagnostics: diagnosticsJson(signer!.warnings),
    });
  else reporter.result(`${name}  ${keyId}${isKept ? '  (kept: it is good)' : ''}\n  ${digest}`);
  return 0;
};

/** A good signature by this key, of this name, is there already and stays: otherwise each run would add one. */
async function signReference(
  context: VerbContext,
  signer: Signer,
  { reference, client, found, bundles }: SignedReference,
): Promise<Result<'signed' | 'kept', Diagnostic>> {
  const { host, signal } = context;
  const { image } = found;
  const { digest: _, ...named } = reference;
  const statement = Buffer.from(statementText(imageStatement(formatReference(named), image.digest)));
  const { attestor } = signer;
  if (!attestor) throw new InternalError('a key in PEM signs statements');
  if (bundles.some(({ text }) => attestor.hasAttested(text, statement))) return ok('kept');
  const scratch = join(host.env.temporaryDirectory, `mobileops-attach-${host.env.pid}`);
  try {
    const item = putBundle(context, scratch, attestor.attest(statement));
    const annotations = bundleAnnotations(IMAGE_SIGNATURE_TYPE, timeOf(context));
    const attachment = { item, mediaType: BUNDLE_TYPE, annotations };
    const place = { registry: reference.registry, repository: reference.repository };
    const options = { fs: host.fs, client, scratch };
    const attached = await attachFile(options, { subject: image, place, attachment, signal });
    signal.throwIfAborted();
    return attached.ok ? ok('signed') : fail(registryDiagnostic(attached.failure));
  } finally {
    host.fs.remove(scratch);
  }
}

function putBundle({ host }: VerbContext, scratch: string, text: string): PublishItem {
  const name = 'bundle.sigstore.json';
  const path = join(scratch, name);
  host.fs.makeDirectory(scratch);
  host.fs.writeFile(path, text);
  const { hash, sizeBytes } = digestOf(text);
  return { name, path, sizeBytes, sha256: hash };
}

function timeOf({ host }: VerbContext): string {
  const { SOURCE_DATE_EPOCH: epoch } = host.env.variables;
  const ms = epoch !== undefined && /^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : host.clock.now();
  return new Date(ms).toISOString();
}

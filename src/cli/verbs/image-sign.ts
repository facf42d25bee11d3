import { basename, dirname, join } from 'node:path/posix';
import { type Diagnostic, digestOf, fail, InternalError, ok, type Result } from '../../base/index.ts';
import { formatReference, simplePayload } from '../../oci/index.ts';
import { attachFile, type ImageAttachment, type PublishItem } from '../../publish/index.ts';
import { registryDiagnostic } from '../../registry/index.ts';
import { IMAGE_SIGNATURE_TYPE, imageStatement, type Signer, statementText } from '../../signing/index.ts';
import { readSignedReference, type SignedReference } from '../image-referrers.ts';
import { bundleAttachment } from '../release/image-signatures.ts';
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

/** Good signatures by this key, of this name, are there already and stay: otherwise each run would add some. */
async function signReference(
  context: VerbContext,
  signer: Signer,
  signed: SignedReference,
): Promise<Result<'signed' | 'kept', Diagnostic>> {
  const { host, signal } = context;
  const { client, reference, found } = signed;
  const scratch = join(host.env.temporaryDirectory, `mobileops-attach-${host.env.pid}`);
  try {
    const missing = missingSignatures(context, signer, { signed, scratch });
    const place = { registry: reference.registry, repository: reference.repository };
    for (const attachment of missing) {
      const request = { subject: found.image, place, attachment, signal };
      const attached = await attachFile({ fs: host.fs, client, scratch }, request);
      signal.throwIfAborted();
      if (!attached.ok) return fail(registryDiagnostic(attached.failure));
    }
    return ok(missing.length > 0 ? 'signed' : 'kept');
  } finally {
    host.fs.remove(scratch);
  }
}

interface SignInput {
  readonly signed: SignedReference;
  readonly scratch: string;
}

/** In both forms of cosign's, those that are not there. */
function missingSignatures(
  context: VerbContext,
  { attestor }: Signer,
  { signed, scratch }: SignInput,
): readonly ImageAttachment[] {
  if (!attestor) throw new InternalError('a key in PEM signs statements');
  const { reference, found, bundles, simple } = signed;
  const { digest } = found.image;
  const { digest: _, ...named } = reference;
  const { tag: __, ...place } = named;
  const missing: ImageAttachment[] = [];
  const statement = Buffer.from(statementText(imageStatement(formatReference(named), digest)));
  if (!bundles.some(({ text }) => attestor.hasAttested(text, statement))) {
    const item = put(context, join(scratch, 'bundle'), attestor.attest(statement));
    missing.push(bundleAttachment(item, IMAGE_SIGNATURE_TYPE, timeOf(context)));
  }
  const text = simplePayload(formatReference(place), digest);
  const bytes = Buffer.from(text);
  const isKnown = simple.some(
    ({ payload, signature }) => bytes.equals(payload) && attestor.hasSignedBytes(bytes, signature),
  );
  if (isKnown) return missing;
  const payload = put(context, join(scratch, 'payload'), text);
  return [...missing, { kind: 'simple', item: payload, payload, signature: attestor.signBytes(bytes) }];
}

function put({ host }: VerbContext, path: string, text: string): PublishItem {
  host.fs.makeDirectory(dirname(path));
  host.fs.writeFile(path, text);
  const { hash, sizeBytes } = digestOf(text);
  return { name: basename(path), path, sizeBytes, sha256: hash };
}

function timeOf({ host }: VerbContext): string {
  const { SOURCE_DATE_EPOCH: epoch } = host.env.variables;
  const ms = epoch !== undefined && /^\d{1,11}$/.test(epoch) ? Number(epoch) * 1000 : host.clock.now();
  return new Date(ms).toISOString();
}
